// Where the runtimes are that npm brings.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

export const DENO = { program: process.execPath, values: [require.resolve("deno/bin.cjs")] };

/** Bun's own command is made by an install script, which doesn't run here: the program lies in a package beside it. */
export function findBun() {
  const builds = Object.keys(require("bun/package.json").optionalDependencies);
  const program = builds.map(programOf).find((candidate) => candidate !== undefined && runs(candidate));
  return program && { program, values: [] };
}

function programOf(npm) {
  try {
    return join(dirname(require.resolve(`${npm}/package.json`)), "bin/bun");
  } catch {
    // Made for another system.
    return undefined;
  }
}

function runs(program) {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
