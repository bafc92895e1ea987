import { init } from "@launchdarkly/node-server-sdk";
import { FileDataSourceFactory } from "@launchdarkly/node-server-sdk/integrations";
import { NONE, OFF } from "../workload.mjs";

export const title = "LaunchDarkly";
export const npm = "@launchdarkly/node-server-sdk";

const VARIATIONS = [OFF, "loyal", "paying", "a", "b", "c"];
/** Weights are thousandths of a percent. */
const PERCENT = 1000;

export function snapshot(flags) {
  const entries = flags.map(({ key, enabled, rules, split }) => [
    key,
    {
      key,
      version: 1,
      on: enabled,
      salt: key,
      variations: VARIATIONS,
      offVariation: VARIATIONS.indexOf(OFF),
      fallthrough: split ? { rollout: rollout(split) } : { variation: VARIATIONS.indexOf(OFF) },
      rules: rules.map(({ serve, all }, at) => ({
        id: String(at),
        variation: VARIATIONS.indexOf(serve),
        clauses: all.map(clause),
      })),
    },
  ]);
  return JSON.stringify({ flags: Object.fromEntries(entries) });
}

function rollout(split) {
  const variations = Object.entries(split).map(([variant, percent]) => ({
    variation: VARIATIONS.indexOf(variant),
    weight: percent * PERCENT,
  }));
  return { contextKind: "user", variations };
}

function clause({ attribute, op, value }) {
  const test = { contextKind: "user", attribute, values: [value].flat() };
  switch (op) {
    case "in":
      return { ...test, op: "in", negate: false };
    // There is only "less than" and "greater than".
    case "semverGte":
      return { ...test, op: "semVerLessThan", negate: true };
    default:
      return { ...test, op: "greaterThanOrEqual", negate: false };
  }
}

export async function open(file) {
  const silent = () => {};
  const client = init("sdk-key", {
    updateProcessor: new FileDataSourceFactory({ paths: [file] }).getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: { error: console.error, warn: console.error, info: silent, debug: silent },
  });
  await client.waitForInitialization({ timeout: 30 });
  return {
    ask: (key, user) => client.variation(key, context(user), NONE),
    all: (user) => client.allFlagsState(context(user)),
    values: (all) => all.allValues(),
  };
}

function context(user) {
  return {
    kind: "user",
    key: user.id,
    country: user.country,
    version: user.version,
    plan: user.plan,
    age: user.age,
  };
}
