// Many flags of one snapshot: every one is described to the facade once, by objects that cross from the module. Node 20
// used to die here, when a caller of an export that returned a reference was deoptimised while the export ran.
import assert from "node:assert/strict";
import { it } from "node:test";
import { Tidegate } from "tidegate";
import { equals, snapshot } from "./snapshots.mjs";

it("decides and explains ten thousand flags, again and again", async () => {
  const keys = Array.from({ length: 10_000 }, (_, i) => `flag-${i}`);
  const document = snapshot(
    Object.fromEntries(keys.map((key, i) => [key, equals(`attribute-${i % 100}`, `value-${i}`)])),
  );
  for (let round = 0; round < 3; round++) {
    const tide = await Tidegate.load(document);
    for (const [i, key] of keys.entries()) {
      assert.equal(tide.boolean(key, false, { [`attribute-${i % 100}`]: `value-${i}` }), true);
      if (i % 10 === 0) assert.equal(tide.explain(key, {}).reason, "DEFAULT");
    }
    assert.equal(Object.keys(tide.values({})).length, keys.length);
    tide.dispose();
  }
});
