// Decisions as events of OpenTelemetry's conventions, held against the one that OpenFeature's SDK makes of the same evaluation.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createEvaluationEvent } from "@openfeature/core";
import { evaluationEvent, Tidegate } from "tidegate";
import { ON_OFF, snapshot } from "./snapshots.mjs";

await Tidegate.init();

const flags = {
  plus: { ...ON_OFF, rules: [{ id: "plus", when: { attr: "plan", op: "eq", value: "plus" }, serve: "on" }] },
  held: { ...ON_OFF, default: "on" },
  half: { ...ON_OFF, salt: "s", rules: [{ percent: 50, serve: "on" }] },
};
const held = { holdouts: { all: { salt: "h", percent: 100, flags: ["held"] } } };
const tide = new Tidegate({ ...snapshot(flags), ...held });

describe("an evaluation's event", () => {
  it("has what OpenFeature's has", () => {
    for (const [key, context] of [
      ["plus", { plan: "plus", targetingKey: "u-1" }],
      ["half", {}],
      ["absent", {}],
    ]) {
      // prettier-ignore
      const decision = tide.decide(key, context);
      const { name, attributes } = evaluationEvent(decision, { contextId: context.targetingKey });
      const details = { flagKey: key, flagMetadata: { version: decision.revision }, ...decision };
      const hook = { flagKey: key, context, providerMetadata: { name: "Tidegate" } };
      const theirs = createEvaluationEvent(hook, details);
      assert.equal(name, theirs.name);
      for (const [attribute, value] of Object.entries(theirs.attributes)) {
        // The conventions have renamed this one since.
        const ours = attribute === "error.message" ? "feature_flag.error.message" : attribute;
        assert.equal(attributes[ours], value, `${key}: ${attribute}`);
      }
    }
  });

  it("says what a held unit would have got, and by which rule a variant came", () => {
    assert.deepEqual(evaluationEvent(tide.decide("held"), { setId: "production" }).attributes, {
      "feature_flag.key": "held",
      "feature_flag.provider.name": "Tidegate",
      "feature_flag.result.value": false,
      "feature_flag.result.variant": "off",
      "feature_flag.result.reason": "holdout",
      "feature_flag.version": tide.revision,
      "feature_flag.set.id": "production",
      "tidegate.holdout": "all",
      "tidegate.would_be.variant": "on",
    });
    assert.equal(evaluationEvent(tide.decide("plus", { plan: "plus" })).attributes["tidegate.rule"], "plus");
  });
});
