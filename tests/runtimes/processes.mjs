// The runtimes that are a program: Node, Deno and Bun, as npm has them.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { DENO, findBun } from "../../benches/node/runtimes/programs.mjs";
import { LIMIT } from "./limit.mjs";

const require = createRequire(import.meta.url);
const execute = promisify(execFile);

/** What a user grants a program that reads its snapshot and its module. */
const DENO_VALUES = ["run", "--quiet", "--no-prompt", "--cached-only", "--allow-read"];

/** A version of Node, by the name that its package is installed under. */
export function inNode(name) {
  let program;
  try {
    program = join(dirname(require.resolve(`${name}/package.json`)), "bin/node");
  } catch (cause) {
    if (cause.code !== "MODULE_NOT_FOUND") throw cause;
    return { missing: "its npm package is for Linux on x86-64 alone" };
  }
  return inProcess({ program, values: [] });
}

export function inDeno() {
  return inProcess({ ...DENO, values: [...DENO.values, ...DENO_VALUES] });
}

export function inBun() {
  const bun = findBun();
  return bun === undefined ? { missing: "its npm package has no program for this system" } : inProcess(bun);
}

function inProcess({ program, values }) {
  return {
    run: async (folder) => {
      const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024, timeout: LIMIT };
      const { stdout } = await execute(program, [...values, "process.mjs"], options);
      const { entries, ...report } = JSON.parse(stdout);
      for (const [at, file] of ["dist/node.js", "dist/slim/node.js"].entries()) {
        const expected = join("node_modules/tidegate", file);
        if (!entries[at].endsWith(expected)) report.failures.push(`resolved ${entries[at]}, expected ${expected}`);
      }
      return report;
    },
  };
}
