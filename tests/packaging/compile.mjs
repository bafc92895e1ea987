// Snapshots compiled ahead, by the crate.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./tarball.mjs";

const tool = join(root, "target/debug/examples/compile");

/** Compiles what a snapshot's JSON is in: bytes, or an object. */
export function compiler() {
  execFileSync("cargo", ["build", "--quiet", "--features", "compile", "--example", "compile"], {
    cwd: root,
    stdio: "inherit",
  });
  return (document) => {
    const folder = mkdtempSync(join(tmpdir(), "tidegate-"));
    try {
      const [source, target] = [join(folder, "snapshot.json"), join(folder, "snapshot.tide")];
      writeFileSync(source, ArrayBuffer.isView(document) ? document : JSON.stringify(document));
      execFileSync(tool, [source, target], { stdio: "pipe" });
      return readFileSync(target);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}
