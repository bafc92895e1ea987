// Snapshots compiled ahead, by the command.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./tarball.mjs";

const command = join(root, "target/debug/tidegate");
const ARGUMENTS = ["compile", "-", "-o", "-", "--allow-refused"];

/** Compiles what a snapshot's JSON is in: bytes, or an object. */
export function compiler() {
  execFileSync("cargo", ["build", "--quiet", "--package", "tidegate-cli"], { cwd: root, stdio: "inherit" });
  return (document) => {
    const input = ArrayBuffer.isView(document) ? document : JSON.stringify(document);
    return execFileSync(command, ARGUMENTS, { input, stdio: "pipe", maxBuffer: 256 * 1024 * 1024 });
  };
}
