import { readFileSync } from "node:fs";
import { FlagdCore } from "@openfeature/flagd-core";
import { OFF } from "../workload.mjs";

export const title = "flagd-core";
export const npm = "@openfeature/flagd-core";
export const note = "a disabled flag answers the caller's value";

export function snapshot(flags) {
  const entries = flags.map(({ key, enabled, rules, split }) => [
    key,
    {
      state: enabled ? "ENABLED" : "DISABLED",
      variants: { off: "off", loyal: "loyal", paying: "paying", a: "a", b: "b", c: "c" },
      defaultVariant: OFF,
      targeting: targeting(rules, split),
    },
  ]);
  return JSON.stringify({ flags: Object.fromEntries(entries) });
}

function targeting(rules, split) {
  const otherwise = split ? { fractional: Object.entries(split) } : OFF;
  if (rules.length === 0) return otherwise;
  return { if: [...rules.flatMap(({ serve, all }) => [{ and: all.map(test) }, serve]), otherwise] };
}

function test({ attribute, op, value }) {
  const actual = { var: attribute };
  switch (op) {
    case "in":
      return { in: [actual, value] };
    case "gte":
      return { ">=": [actual, value] };
    default:
      return { sem_ver: [actual, ">=", value] };
  }
}

export function open(file) {
  const core = new FlagdCore();
  core.setConfigurations(readFileSync(file, "utf8"));
  return {
    // A disabled flag answers with the caller's default, so that has to be what the workload expects of one.
    ask: (key, user) => core.resolveStringEvaluation(key, OFF, context(user)).value,
    all: (user) => core.resolveAll(context(user)),
    values: (all) => Object.fromEntries(all.map(({ flagKey, value }) => [flagKey, value])),
  };
}

function context(user) {
  return {
    targetingKey: user.id,
    country: user.country,
    version: user.version,
    plan: user.plan,
    age: user.age,
  };
}
