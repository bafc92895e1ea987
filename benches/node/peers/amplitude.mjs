import { readFileSync } from "node:fs";
import { EvaluationEngine } from "@amplitude/experiment-core";
import { OFF } from "../workload.mjs";

export const title = "Amplitude";
export const npm = "@amplitude/experiment-core";

const OPERATORS = { in: "is", gte: "greater or equal", semverGte: "version greater or equal" };
/** Within an allocation, units fall from 0 to this. */
const TOP = 42_949_673;
const UNIT = ["context", "user", "user_id"];

export function snapshot(flags) {
  const document = flags.map(({ key, enabled, rules, split }) => ({
    key,
    variants: Object.fromEntries(
      ["off", "loyal", "paying", "a", "b", "c"].map((name) => [name, { key: name, value: name }]),
    ),
    segments: [
      ...(enabled ? rules.map(segment) : []),
      ...(enabled && split ? [{ bucket: bucket(key, split), variant: OFF }] : []),
      ...(enabled && split ? [] : [{ variant: OFF }]),
    ],
  }));
  return JSON.stringify(document);
}

function segment({ serve, all }) {
  const conditions = all.map(({ attribute, op, value }) => ({
    selector: ["context", "user", attribute],
    op: OPERATORS[op],
    values: [value].flat().map(String),
  }));
  return { conditions: [conditions], variant: serve };
}

function bucket(salt, split) {
  let from = 0;
  const distributions = Object.entries(split).map(([variant, percent]) => {
    const range = [Math.round((from * TOP) / 100), Math.round(((from + percent) * TOP) / 100)];
    from += percent;
    return { variant, range };
  });
  return { selector: UNIT, salt, allocations: [{ range: [0, 100], distributions }] };
}

export function open(file) {
  const flags = JSON.parse(readFileSync(file, "utf8"));
  const engine = new EvaluationEngine();
  const byKey = new Map(flags.map((flag) => [flag.key, flag]));
  return {
    ask: (key, user) => engine.evaluate(context(user), [byKey.get(key)])[key].value,
    all: (user) => engine.evaluate(context(user), flags),
    values: (all) => Object.fromEntries(Object.entries(all).map(([key, { value }]) => [key, value])),
  };
}

function context(user) {
  return {
    user: { user_id: user.id, country: user.country, version: user.version, plan: user.plan, age: user.age },
  };
}
