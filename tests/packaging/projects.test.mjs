// The two projects that are quickest to try; `cargo xtask packaging` tries them all.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import { CHROME } from "./project.mjs";
import { tryTool } from "./tools.mjs";

describe("a project", { skip: existsSync(CHROME) ? false : `there is no ${CHROME}: set CHROME` }, () => {
  for (const [tool, places] of [
    ["esbuild", 1],
    ["vite", 2],
  ]) {
    it(`of ${tool} decides`, async () => {
      const { asked } = await tryTool(tool);
      assert.equal(asked.length, places);
    });
  }
});
