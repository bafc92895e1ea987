import { readFileSync } from "node:fs";
import { EppoClient, MemoryOnlyConfigurationStore } from "@eppo/js-client-sdk-common";
import { OFF } from "../workload.mjs";

export const title = "Eppo";
export const npm = "@eppo/js-client-sdk-common";
export const note = "a disabled flag answers the caller's value; asked for all flags one by one";

const OPERATORS = { in: "ONE_OF", gte: "GTE", semverGte: "GTE" };
const SHARDS = 10_000;

export function snapshot(flags) {
  const variations = [OFF, "loyal", "paying", "a", "b", "c"].map((name) => [name, { key: name, value: name }]);
  const entries = flags.map(({ key, enabled, rules, split }) => [
    key,
    {
      key,
      enabled,
      variationType: "STRING",
      variations: Object.fromEntries(variations),
      totalShards: SHARDS,
      allocations: [
        ...rules.map(({ serve, all }, at) => ({
          key: String(at),
          rules: [{ conditions: all.map(condition) }],
          splits: [{ shards: [], variationKey: serve }],
          doLog: false,
        })),
        ...(split ? [{ key: "split", rules: [], splits: splits(key, split), doLog: false }] : []),
      ],
    },
  ]);
  return JSON.stringify({ format: "SERVER", environment: { name: "Test" }, flags: Object.fromEntries(entries) });
}

function condition({ attribute, op, value }) {
  return { attribute, operator: OPERATORS[op], value };
}

function splits(salt, split) {
  let start = 0;
  return Object.entries(split).map(([variationKey, percent]) => {
    const range = { start, end: start + (percent * SHARDS) / 100 };
    start = range.end;
    return { variationKey, shards: [{ salt, ranges: [range] }] };
  });
}

export async function open(file) {
  const { format, environment, flags } = JSON.parse(readFileSync(file, "utf8"));
  const flagConfigurationStore = new MemoryOnlyConfigurationStore();
  flagConfigurationStore.setFormat(format);
  flagConfigurationStore.setEnvironment(environment);
  await flagConfigurationStore.setEntries(flags);
  const client = new EppoClient({ flagConfigurationStore });
  const keys = client.getFlagKeys();
  // A disabled flag answers with the caller's default, so that has to be what the workload expects of one.
  const ask = (key, user) => client.getStringAssignment(key, user.id, attributes(user), OFF);
  return {
    ask,
    // There is no call for all of them that gives their values.
    all: (user) => {
      const values = {};
      for (const key of keys) values[key] = ask(key, user);
      return values;
    },
  };
}

function attributes(user) {
  return { country: user.country, version: user.version, plan: user.plan, age: user.age };
}
