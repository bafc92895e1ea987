// The workload in Tidegate's own words; nothing of Node's is imported, so that every runtime can read this.
import { NONE, OFF } from "../workload.mjs";

export const VARIANTS = { off: "off", loyal: "loyal", paying: "paying", a: "a", b: "b", c: "c" };

/** The workload's flags as a snapshot's document. */
export function asDocument(flags) {
  const entries = flags.map(({ key, enabled, rules, split }) => [
    key,
    {
      type: "string",
      variants: VARIANTS,
      off: OFF,
      default: OFF,
      enabled,
      salt: key,
      rules: [
        ...rules.map(({ serve, all }) => ({
          when: { all: all.map(({ attribute, op, value }) => ({ attr: attribute, op, value })) },
          serve,
        })),
        ...(split ? [{ serve: asSplit(split) }] : []),
      ],
    },
  ]);
  return { schemaVersion: 1, revision: "1", flags: Object.fromEntries(entries) };
}

export function asSplit(split) {
  return { split: Object.entries(split).map(([variant, weight]) => ({ variant, weight })) };
}

/** What a snapshot in hand is asked with. */
export function evaluatorOf(tide) {
  return {
    tide,
    ask: (key, user) => tide.string(key, NONE, context(user)),
    all: (user) => tide.values(context(user)),
  };
}

export function context(user) {
  return {
    targetingKey: user.id,
    country: user.country,
    version: user.version,
    plan: user.plan,
    age: user.age,
  };
}
