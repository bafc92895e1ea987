// The command `tidegate`, compiled for WASI, in this process.
import { readFile } from "node:fs/promises";
import { parse } from "node:path";
import { isatty } from "node:tty";
import type { WASI } from "node:wasi";

const STDOUT = 1;
const STDERR = 2;

/** Runs the command with this process's streams, environment and folder; answers its exit code. */
export async function runHere(args: readonly string[]): Promise<number> {
  const Host = await importWasi();
  const folder = process.cwd();
  const { root } = parse(folder);
  const wasi = new Host({
    version: "preview1",
    args: ["tidegate", ...args],
    env: { ...process.env, PWD: `/${folder.slice(root.length).replaceAll("\\", "/")}`, COLUMNS: columns() },
    // It may read and write what whoever runs it may, as it could natively. On Windows that is one drive.
    preopens: { "/": root },
  });
  const module = await WebAssembly.compile(await readFile(new URL("./tidegate.wasm", import.meta.url)));
  const instance = await WebAssembly.instantiate(module, indirectly(wasi.getImportObject()));
  return wasi.start(instance);
}

/** Node warns that its WASI may change. It is used in one place, and held to every version that the package is tested with. */
async function importWasi(): Promise<typeof WASI> {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return (await import("node:wasi")).WASI;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * Everything is called by way of a plain function. Called right out of WebAssembly, V8 takes a shorter way into Node, and
 * a program that reads ten megabytes from a pipe spoils its heap and dies, in Node 20 and 22.
 */
function indirectly(imports: object): WebAssembly.Imports {
  const wrapped = Object.entries(imports).map(([space, functions]) => {
    const calls = Object.entries(functions as Record<string, (...args: unknown[]) => unknown>);
    return [space, Object.fromEntries(calls.map(([name, call]) => [name, (...args: unknown[]) => call(...args)]))];
  });
  return Object.fromEntries(wrapped);
}

/** How wide the terminal is. A stream that is none isn't touched: Node would make it return before all is written. */
function columns(): string | undefined {
  if (isatty(STDOUT)) return String(process.stdout.columns);
  if (isatty(STDERR)) return String(process.stderr.columns);
  return undefined;
}
