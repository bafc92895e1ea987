import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The snapshots of a run, in a folder that goes with it. */
export class Store {
  #folder = mkdtempSync(join(tmpdir(), "tidegate-benchmark-"));

  write(peer, what, contents) {
    writeFileSync(this.file(peer, what), contents);
    return this.file(peer, what);
  }

  file(peer, what) {
    return join(this.#folder, `${peer}-${what}.snapshot`);
  }

  /** A folder of its own. */
  folder(name) {
    const folder = join(this.#folder, name);
    mkdirSync(folder);
    return folder;
  }

  remove() {
    rmSync(this.#folder, { recursive: true });
  }
}
