// Parameters, which the flags of a namespace set together, and the warnings about those that experiments share.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Tidegate } from "tidegate";

await Tidegate.init();

function snapshot(flags, more = {}) {
  return { schemaVersion: 1, revision: "1", ...more, flags };
}

const user = (id) => ({ targetingKey: id });

describe("parameters", () => {
  const experiment = (name, value) => ({
    type: "object",
    namespace: "feed",
    variants: { now: {}, on: value },
    off: "now",
    default: "now",
    rules: [{ id: "in", experiment: name, serve: "on" }],
  }); // prettier-ignore
  const feature = (value) => ({ type: "object", namespace: "feed", variants: { on: value }, off: "on", default: "on" });
  const document = snapshot({
    "a-feature": feature({ model: "v1", theme: "plain" }),
    "b-test": experiment("b", { model: "v2", depth: 2 }),
    "c-test": experiment("c", { model: "v3" }),
    elsewhere: { ...feature({ model: "x" }), namespace: "other" },
  });

  it("come from experiments before features, and then from the first", () => {
    const tide = new Tidegate(document);
    const expected = { model: "v2", theme: "plain", depth: 2 };
    assert.deepEqual(tide.parameters("feed", user("u-1")), expected);
    assert.deepEqual(tide.for(user("u-1")).parameters("feed"), expected);
    assert.deepEqual(tide.parameters("none"), {});
    assert.ok(Object.isFrozen(tide.parameters("feed")));
  });

  it("that are forced leave the others alone, and expose nobody", () => {
    const told = [];
    const tide = new Tidegate(document, { onExposure: ({ flag, experiment }) => told.push([flag, experiment]) });
    assert.deepEqual(tide.parameters("feed", user("u-1"), { force: { model: "mine", depth: 9 } }), {
      model: "mine",
      theme: "plain",
      depth: 9,
    });
    assert.deepEqual(told, []);
    tide.parameters("feed", user("u-1"));
    // The other experiment sets nothing, so nobody meets it.
    assert.deepEqual(told, [["b-test", "b"]]);
  });

  it("are none once it is disposed of", () => {
    const tide = new Tidegate(document);
    tide.dispose();
    assert.deepEqual(tide.parameters("feed"), {});
  });

  it("that two experiments set are warned about", () => {
    const tide = new Tidegate(document, { strict: true });
    const { warnings, refused, flags } = tide.loadReport;
    assert.deepEqual([refused, flags], [[], 4]);
    assert.deepEqual(warnings, [
      {
        flag: "c-test",
        code: "CONFLICTING_PARAMETER",
        path: "/flags/c-test/variants/on/model",
        message:
          "the parameter `model` of the namespace `feed` is set by the experiments of `b-test` and `c-test`, expected by those of one flag: `b-test` comes first",
      },
    ]);
    assert.ok(Object.isFrozen(warnings) && Object.isFrozen(warnings[0]));
    assert.equal(tide.loadReport.warnings, warnings);
    // Both serve, and a sound update has none.
    assert.equal(tide.decide("c-test", user("u-1")).variant, "on");
    assert.deepEqual(tide.update(snapshot({ "b-test": experiment("b", { model: "v2" }) })).warnings, []);
  });

  it("are warned about as flags are asked for", () => {
    const tide = new Tidegate(document);
    assert.deepEqual(tide.loadReport.warnings, []);
    tide.decide("c-test", user("u-1"));
    assert.deepEqual(tide.loadReport.warnings, []);
    tide.decide("b-test", user("u-1"));
    assert.deepEqual(
      tide.loadReport.warnings.map(({ flag }) => flag),
      ["c-test"],
    );
    assert.equal(tide.loadReport.checked, 2);
  });

  it("are warned about by flag and name, at the first variant that sets one", () => {
    const odd = { "x/y": 1, "~": 2, 7: 3 };
    const flags = { z: experiment("z", { "~": 1 }), "b/c": experiment("b", odd), a: experiment("a", odd) };
    flags["b/c"].variants = { now: {}, "w~1": { "~": 1 }, on: odd };
    const tide = new Tidegate(snapshot(flags), { strict: true });
    assert.deepEqual(
      tide.loadReport.warnings.map(({ path }) => path),
      [
        "/flags/b~1c/variants/on/7",
        "/flags/b~1c/variants/on/x~1y",
        "/flags/b~1c/variants/w~01/~0",
        "/flags/z/variants/on/~0",
      ],
    );
  });

  it("are none of a layer's experiments, which it keeps apart", () => {
    const layers = {
      ui: { salt: "u", experiments: { x: [[0, 50]], y: [[50, 100]] } },
      other: { salt: "o", experiments: { x: [[0, 100]] } },
    };
    const rule = (layer, name) => ({ id: `${layer} ${name}`, layer, experiment: name, serve: "on" });
    const flag = (...rules) => ({ ...experiment("", { model: 1 }), rules });
    const warned = (flags) => {
      const { refused, warnings } = new Tidegate(snapshot(flags, { layers }), { strict: true }).loadReport;
      assert.deepEqual(refused, []);
      return warnings.map(({ flag, message }) => [flag, message.split("`").at(-2)]);
    };
    const [x, y, z] = [rule("ui", "x"), rule("ui", "y"), rule("other", "x")];
    assert.deepEqual(warned({ a: flag(x), b: flag(y) }), []);
    const met = { a: flag(x), b: flag(y), c: flag(y), d: flag(z), e: flag(x, z), f: flag(x) };
    assert.deepEqual(warned(met), [
      ["c", "b"],
      ["d", "a"],
      ["e", "a"],
      ["f", "a"],
    ]);
    assert.deepEqual(warned({ a: flag(x), b: flag(z), c: flag(y) }), [
      ["b", "a"],
      ["c", "b"],
    ]);
  });
});
