import { setTimeout } from "node:timers/promises";

/** Bytes of the resident set once garbage is collected; needs `node --expose-gc`. */
export async function resident() {
  for (let round = 0; round < 4; round++) {
    globalThis.gc();
    await setTimeout(50);
  }
  return process.memoryUsage.rss();
}
