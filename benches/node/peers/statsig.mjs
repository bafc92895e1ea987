import { readFileSync } from "node:fs";
import { Statsig, StatsigUser } from "@statsig/statsig-node-core";
import { NONE, OFF } from "../workload.mjs";

export const title = "Statsig";
export const npm = "@statsig/statsig-node-core";
export const note = "a native module; all flags come as one JSON text, which is parsed";

const OPERATORS = { in: "any", gte: "gte", semverGte: "version_gte" };
/** A user falls into one of so many buckets. */
const BUCKETS = 1000;
const SILENT = { disableExposureLogging: true };

/** A flag is a dynamic configuration with one value; rules name conditions that all flags share. */
export function snapshot(flags) {
  const condition_map = {};
  const named = (condition) => {
    const name = JSON.stringify(condition);
    condition_map[name] = condition;
    return name;
  };
  const dynamic_configs = Object.fromEntries(flags.map((flag) => [flag.key, configuration(flag, named)]));
  return JSON.stringify({
    response_format: "dcs-v2",
    has_updates: true,
    time: 1,
    dynamic_configs,
    feature_gates: {},
    layer_configs: {},
    experiment_to_layer: {},
    condition_map,
    id_lists: {},
  });
}

function configuration({ key, enabled, rules, split }, named) {
  return {
    type: "dynamic_config",
    entity: "dynamic_config",
    salt: key,
    enabled,
    defaultValue: { variant: OFF },
    idType: "userID",
    version: 1,
    // It goes by the rules, enabled or not.
    rules: enabled
      ? [
          ...rules.map(({ serve, all }) => rule(serve, all.map(field).map(named))),
          ...(split ? portions(key, split, named) : []),
        ]
      : [],
  };
}

function rule(variant, conditions) {
  return {
    name: variant,
    id: variant,
    salt: variant,
    passPercentage: 100,
    conditions,
    returnValue: { variant },
    idType: "userID",
  };
}

function field({ attribute, op, value }) {
  return {
    type: "user_field",
    targetValue: value,
    operator: OPERATORS[op],
    field: attribute,
    additionalValues: {},
    idType: "userID",
  };
}

/** Rules for ever more of the buckets, tried in turn. */
function portions(salt, split, named) {
  let below = 0;
  return Object.entries(split).map(([variant, percent]) => {
    below += (percent * BUCKETS) / 100;
    return rule(variant, [
      named({
        type: "user_bucket",
        targetValue: below,
        operator: "lt",
        field: null,
        additionalValues: { salt },
        idType: "userID",
      }),
    ]);
  });
}

export async function open(file) {
  const result = readFileSync(file, "utf8");
  const client = new Statsig("secret-key", {
    disableNetwork: true,
    disableAllLogging: true,
    disableCountryLookup: true,
    outputLogLevel: "error",
    dataStore: {
      initialize: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
      get: () => Promise.resolve({ result, time: 1 }),
      set: () => Promise.resolve(),
      supportPollingUpdatesFor: () => Promise.resolve(false),
    },
    specAdaptersConfig: [{ adapterType: "data_store", initTimeoutMs: 10_000 }],
  });
  await client.initialize();
  return {
    ask: (key, user) => client.getDynamicConfig(described(user), key, SILENT).getValue("variant", NONE),
    all: (user) => JSON.parse(client.getClientInitializeResponse(described(user), { hashAlgorithm: "none" })),
    values: ({ dynamic_configs }) =>
      Object.fromEntries(Object.entries(dynamic_configs).map(([key, { value }]) => [key, value.variant])),
  };
}

function described(user) {
  return new StatsigUser({
    userID: user.id,
    country: user.country,
    custom: { version: user.version, plan: user.plan, age: user.age },
  });
}
