import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The version of an npm package, as it is installed. */
export function versionOf(npm) {
  for (const base of createRequire(import.meta.url).resolve.paths(npm)) {
    try {
      return JSON.parse(readFileSync(join(base, npm, "package.json"), "utf8")).version;
    } catch {
      // Not installed here, but further up.
    }
  }
  throw new Error(`\`${npm}\` is not installed`);
}
