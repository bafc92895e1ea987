import { readFileSync } from "node:fs";
import { GrowthBookClient } from "@growthbook/growthbook";
import { NONE, OFF } from "../workload.mjs";

export const title = "GrowthBook";
export const npm = "@growthbook/growthbook";
export const note = "asked for all flags one by one, of one scoped instance";

const OPERATORS = { in: "$in", gte: "$gte", semverGte: "$vgte" };

export function snapshot(flags) {
  const entries = flags.map(({ key, enabled, rules, split }) => [
    key,
    {
      defaultValue: OFF,
      ...(enabled ? { rules: [...rules.map(forced), ...(split ? [experiment(key, split)] : [])] } : {}),
    },
  ]);
  return JSON.stringify({ features: Object.fromEntries(entries) });
}

function forced({ serve, all }) {
  const condition = all.map(({ attribute, op, value }) => [attribute, { [OPERATORS[op]]: value }]);
  return { condition: Object.fromEntries(condition), force: serve };
}

function experiment(key, split) {
  return {
    key,
    seed: key,
    hashAttribute: "id",
    hashVersion: 2,
    variations: Object.keys(split),
    weights: Object.values(split).map((percent) => percent / 100),
  };
}

export function open(file) {
  const payload = JSON.parse(readFileSync(file, "utf8"));
  const client = new GrowthBookClient().initSync({ payload });
  const keys = Object.keys(payload.features);
  return {
    ask: (key, user) => client.getFeatureValue(key, NONE, { attributes: attributes(user) }),
    // There is no call for all of them.
    all: (user) => {
      const scoped = client.createScopedInstance({ attributes: attributes(user) });
      const values = {};
      for (const key of keys) values[key] = scoped.getFeatureValue(key, NONE);
      return values;
    },
  };
}

function attributes(user) {
  return { id: user.id, country: user.country, version: user.version, plan: user.plan, age: user.age };
}
