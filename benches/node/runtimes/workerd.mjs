import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { time } from "../stopwatch.mjs";
import { withBundle } from "./bundle.mjs";
import { COLUMNS } from "./program.mjs";

/** A request costs about half a millisecond, so a sample is so much longer than elsewhere that this doesn't count. */
const LONGER = 8;

export function measureInWorkerd(entry, files, pace) {
  return withBundle("runtimes/worker.mjs", entry, ["workerd", "worker", "browser"], async (folder) => {
    const worker = new Miniflare({
      modulesRoot: folder,
      scriptPath: join(folder, "program.mjs"),
      modules: true,
      modulesRules: [
        { type: "ESModule", include: ["**/*.mjs"] },
        { type: "CompiledWasm", include: ["**/*.wasm"] },
      ],
      compatibilityDate: "2026-01-01",
    });
    try {
      const request = async (path, given) => {
        const response = await worker.dispatchFetch(`http://worker/${path}`, given);
        const text = await response.text();
        if (text !== "done") throw new Error(`workerd: ${text}`);
      };
      for (const [set, file] of Object.entries(files)) {
        await request(set, { method: "PUT", body: readFileSync(file) });
      }
      await request("");
      const loops = COLUMNS.map((column) => [column, (count) => request(`${column}?count=${count}`)]);
      return await time(Object.fromEntries(loops), {
        ...pace,
        warmUp: pace.warmUp * LONGER,
        sample: pace.sample * LONGER,
      });
    } finally {
      await worker.dispose();
    }
  });
}
