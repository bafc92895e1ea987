import { readFileSync } from "node:fs";
import { FliptClient } from "@flipt-io/flipt-client-js";
import { OFF, versionNumber } from "../workload.mjs";

export const title = "Flipt";
export const npm = "@flipt-io/flipt-client-js";
export const note =
  "its snapshot is handed to it in place of a server; it compares no versions, so it is given them as numbers that are worked out beforehand";

const EVERYBODY = { key: "everybody", matchType: "ALL_SEGMENT_MATCH_TYPE", constraints: [] };

export function snapshot(flags) {
  const entries = flags.map(({ key, enabled, rules, split }) => ({
    key,
    name: key,
    type: "VARIANT_FLAG_TYPE",
    enabled,
    defaultVariant: { id: OFF, key: OFF, attachment: "" },
    rules: [
      ...rules.map(({ serve, all }, at) => rule(at, { [serve]: 100 }, segment(`${key}-${serve}`, all))),
      ...(split ? [rule(rules.length, split, EVERYBODY)] : []),
    ],
  }));
  return JSON.stringify({ namespace: { key: "default" }, flags: entries });
}

function rule(rank, split, segment) {
  const distributions = Object.entries(split).map(([variant, rollout]) => ({
    variantId: variant,
    variantKey: variant,
    variantAttachment: "",
    rollout,
  }));
  return { id: String(rank), rank, segmentOperator: "OR_SEGMENT_OPERATOR", segments: [segment], distributions };
}

function segment(key, all) {
  return { key, matchType: "ALL_SEGMENT_MATCH_TYPE", constraints: all.map(constraint) };
}

function constraint({ attribute, op, value }) {
  const numeric = { type: "NUMBER_CONSTRAINT_COMPARISON_TYPE", operator: "gte" };
  switch (op) {
    case "in":
      return {
        type: "STRING_CONSTRAINT_COMPARISON_TYPE",
        property: attribute,
        operator: "isoneof",
        value: JSON.stringify(value),
      };
    // It doesn't compare versions: the user brings the version as a number too.
    case "semverGte":
      return { ...numeric, property: "versionNumber", value: String(versionNumber(value)) };
    default:
      return { ...numeric, property: attribute, value: String(value) };
  }
}

export async function open(file) {
  const text = readFileSync(file, "utf8");
  const client = await FliptClient.init({
    updateInterval: 0,
    fetcher: () => Promise.resolve(new Response(text)),
  });
  let keys;
  return {
    ask: (flagKey, user) => client.evaluateVariant({ flagKey, entityId: user.id, context: context(user) }).variantKey,
    all: (user) => {
      keys ??= client.listFlags().map(({ key }) => key);
      return client.evaluateBatch(keys.map((flagKey) => ({ flagKey, entityId: user.id, context: context(user) })));
    },
    values: ({ responses }) =>
      Object.fromEntries(
        responses.map(({ variantEvaluationResponse: { flagKey, variantKey } }) => [flagKey, variantKey]),
      ),
  };
}

/** Everything it compares is a string. */
function context(user) {
  return {
    country: user.country,
    versionNumber: String(user.versionNumber),
    plan: user.plan,
    age: String(user.age),
  };
}
