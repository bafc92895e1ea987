import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { LIMIT } from "./limit.mjs";

const execute = promisify(execFile);
const HOST = fileURLToPath(new URL("wasi.py", import.meta.url));

/** The crate in wasmtime. The environment says where wasmtime's Python package is, and the program, by form. */
export function inWasi() {
  const { PYTHON, WASMTIME, WASI_JSON, WASI_COMPILED } = process.env;
  if (WASMTIME === undefined) return { missing: "WASMTIME names no folder with wasmtime's Python package" };
  const env = { ...process.env, PYTHONPATH: WASMTIME };
  const host = async (...values) => (await execute(PYTHON, [HOST, ...values], { env, timeout: LIMIT })).stdout;
  const run = async () => {
    const report = { version: (await host("--version")).trim(), passed: {}, failures: [] };
    for (const [form, program] of [
      ["json", WASI_JSON],
      ["compiled", WASI_COMPILED],
    ]) {
      const { passed } = JSON.parse(await host(program));
      report.passed[form] = passed;
    }
    return report;
  };
  return { run };
}
