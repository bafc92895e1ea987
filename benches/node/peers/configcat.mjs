import { readFileSync } from "node:fs";
import { getClient, PollingMode } from "@configcat/sdk";
import { NONE, OFF } from "../workload.mjs";

export const title = "ConfigCat";
export const npm = "@configcat/sdk";

const STRING = 1;
const COMPARATORS = { in: 0, semverGte: 9, gte: 15 };
const FIELDS = { in: "l", semverGte: "s", gte: "d" };
const ATTRIBUTES = { country: "Country" };

/** A cache entry, as the client writes one: when it was fetched, its ETag, the document. */
export function snapshot(flags) {
  const settings = flags.map(({ key, enabled, rules, split }) => [
    key,
    {
      t: STRING,
      v: { s: OFF },
      i: OFF,
      ...(enabled ? { r: rules.map(rule) } : {}),
      ...(enabled && split ? { p: Object.entries(split).map(([variant, p]) => ({ p, ...served(variant) })) } : {}),
    },
  ]);
  const document = { p: { u: "http://127.0.0.1", r: 0, s: "salt" }, f: Object.fromEntries(settings) };
  return `${Date.now()}\n"etag"\n${JSON.stringify(document)}`;
}

function rule({ serve, all }) {
  const conditions = all.map(({ attribute, op, value }) => ({
    u: { a: ATTRIBUTES[attribute] ?? attribute, c: COMPARATORS[op], [FIELDS[op]]: value },
  }));
  return { c: conditions, s: served(serve) };
}

function served(variant) {
  return { v: { s: variant }, i: variant };
}

export async function open(file) {
  const entry = readFileSync(file, "utf8");
  const client = getClient(`configcat-sdk-1/${"k".repeat(22)}/${"k".repeat(22)}`, PollingMode.ManualPoll, {
    offline: true,
    cache: { get: () => entry, set: () => {} },
  });
  await client.waitForReady();
  const settings = client.snapshot();
  return {
    ask: (key, user) => settings.getValue(key, NONE, described(user)),
    all: (user) => client.getAllValuesAsync(described(user)),
    values: (all) => Object.fromEntries(all.map(({ settingKey, settingValue }) => [settingKey, settingValue])),
  };
}

function described(user) {
  return {
    identifier: user.id,
    country: user.country,
    custom: { version: user.version, plan: user.plan, age: user.age },
  };
}
