import { pathToFileURL } from "node:url";
import { Tidegate } from "tidegate";
import { NONE } from "../workload.mjs";

export const title = "Tidegate";

export function snapshot(flags) {
  const entries = flags.map(({ key, enabled, rules, split }) => [
    key,
    {
      type: "string",
      variants: { off: "off", loyal: "loyal", paying: "paying", a: "a", b: "b", c: "c" },
      off: "off",
      default: "off",
      enabled,
      salt: key,
      rules: [
        ...rules.map(({ serve, all }) => ({
          when: { all: all.map(({ attribute, op, value }) => ({ attr: attribute, op, value })) },
          serve,
        })),
        ...(split
          ? [{ serve: { split: Object.entries(split).map(([variant, weight]) => ({ variant, weight })) } }]
          : []),
      ],
    },
  ]);
  return { schemaVersion: 1, revision: "1", flags: Object.fromEntries(entries) };
}

export async function open(file) {
  const tide = await Tidegate.load(pathToFileURL(file));
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
