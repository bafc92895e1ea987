import { readFileSync } from "node:fs";
import { instantiate, ProtobufTypes } from "@devcycle/bucketing-assembly-script";
import { OFF } from "../workload.mjs";

export const title = "DevCycle";
export const npm = "@devcycle/bucketing-assembly-script";
export const note =
  "the WebAssembly module alone, called as DevCycle's server SDK calls it; all flags come as one JSON text, which is parsed";

const SDK_KEY = "server-key";
const VARIANTS = ["loyal", "paying", "a", "b", "c"];
const SUB_TYPES = { country: "country", version: "appVersion" };
const ANYBODY = { type: "all" };
const { SDKVariable_PB, VariableForUserParams_PB } = ProtobufTypes;

export function snapshot(flags) {
  return JSON.stringify({
    project: {
      _id: "project",
      key: "project",
      a0_organization: "organization",
      settings: {
        edgeDB: { enabled: false },
        optIn: { enabled: false, colors: {} },
        disablePassthroughRollouts: false,
      },
    },
    environment: { _id: "environment", key: "environment" },
    features: flags.map(feature),
    variables: flags.map(({ key }) => ({ _id: key, key, type: "String" })),
    variableHashes: {},
    audiences: {},
    etag: "etag",
  });
}

/** A flag is a feature with one variable. */
function feature({ key, enabled, rules, split }) {
  const targets = [
    ...rules.map(({ serve, all }, at) => target(`${key}-${at}`, { [serve]: 100 }, all.map(filter))),
    ...(split ? [target(key, split, [ANYBODY])] : []),
  ];
  return {
    _id: key,
    key,
    type: "release",
    variations: VARIANTS.map((name) => ({ _id: name, key: name, name, variables: [{ _var: key, value: name }] })),
    configuration: {
      _id: key,
      targets: enabled ? targets : [],
      prerequisites: [],
      winningVariation: null,
      forcedUsers: {},
    },
    settings: null,
  };
}

function target(id, split, filters) {
  const distribution = Object.entries(split).map(([variant, percent]) => ({
    _variation: variant,
    percentage: percent / 100,
  }));
  return { _id: id, _audience: { _id: id, filters: { operator: "and", filters } }, distribution };
}

function filter({ attribute, op, value }) {
  const test = { type: "user", comparator: op === "in" ? "=" : ">=", values: [value].flat() };
  if (attribute in SUB_TYPES) return { ...test, subType: SUB_TYPES[attribute] };
  const dataKeyType = typeof test.values[0] === "number" ? "Number" : "String";
  return { ...test, subType: "customData", dataKey: attribute, dataKeyType };
}

/** The module alone is measured, called as DevCycle's server SDK calls it. */
export async function open(file) {
  const module = await instantiate();
  module.setPlatformData(
    JSON.stringify({ platform: "NodeJS", platformVersion: "20", sdkType: "server", sdkVersion: "1", hostname: "host" }),
  );
  module.setConfigDataUTF8(SDK_KEY, readFileSync(file));
  return {
    ask: (variableKey, user) => {
      const asked = {
        sdkKey: SDK_KEY,
        variableKey,
        variableType: module.VariableType.String,
        user: described(user),
        shouldTrackEvent: false,
      };
      const answer = module.variableForUser_PB(VariableForUserParams_PB.encode(asked).finish());
      // A flag without targets has no answer: the SDK then takes the caller's.
      return answer === null ? OFF : SDKVariable_PB.decode(answer).stringValue;
    },
    all: (user) => {
      const { id, country, version, plan, age } = user;
      const given = { user_id: id, country, appVersion: version, customData: { plan, age } };
      return JSON.parse(module.generateBucketedConfigForUser(SDK_KEY, JSON.stringify(given)));
    },
    values: ({ variables }) => Object.fromEntries(Object.entries(variables).map(([key, { value }]) => [key, value])),
  };
}

const NULL = { value: "", isNull: true };
const { Num, Str } = ProtobufTypes.CustomDataType;

function described(user) {
  return {
    user_id: user.id,
    email: NULL,
    name: NULL,
    language: NULL,
    country: { value: user.country, isNull: false },
    appBuild: { value: 0, isNull: true },
    appVersion: { value: user.version, isNull: false },
    deviceModel: NULL,
    customData: {
      value: { plan: { type: Str, stringValue: user.plan }, age: { type: Num, doubleValue: user.age } },
      isNull: false,
    },
    privateCustomData: { value: {}, isNull: true },
  };
}
