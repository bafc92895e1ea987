// What the command is measured on: two snapshots, of whose flags each takes another share of the users in, and the users'
// contexts, a line each.
import { once } from "node:events";
import { createWriteStream } from "node:fs";

const COUNTRIES = ["DE", "AT", "CH", "FR", "IT", "ES", "PL", "NL", "SE", "US"];
const PLANS = ["free", "plus", "pro", "trial"];
const VARIANTS = { off: "off", loyal: "loyal", paying: "paying", a: "a", b: "b" };
const SPLIT = [
  { variant: "a", weight: 60 },
  { variant: "b", weight: 40 },
];

/** Two targeted rules, and a percentage behind them. */
function flag(number, percent) {
  const countries = [0, 3, 6].map((step) => COUNTRIES[(number + step) % COUNTRIES.length]);
  const loyal = [
    { attr: "user.country", op: "in", value: countries },
    { attr: "app.version", op: "semverGte", value: `${(number % 6) + 1}.2.0` },
  ];
  const paying = [
    { attr: "plan", op: "in", value: [PLANS[number % PLANS.length]] },
    { attr: "user.age", op: "gte", value: 20 + (number % 50) },
  ];
  const rules = [
    { id: "loyal", when: { all: loyal }, serve: "loyal" },
    { id: "paying", when: { all: paying }, serve: "paying" },
    { id: "share", percent, serve: { split: SPLIT } },
  ];
  const salt = `flag-${number}`;
  return { type: "string", variants: VARIANTS, off: "off", default: "off", unit: "user.id", salt, rules };
}

export function snapshot(revision, flags, percent) {
  const all = Object.fromEntries(
    Array.from({ length: flags }, (_, number) => [`flag-${number}`, flag(number, percent)]),
  );
  return JSON.stringify({ schemaVersion: 1, revision, flags: all });
}

function context(number) {
  const mixed = number * 7919 + 100_003;
  const user = {
    id: `user-${mixed.toString(16)}`,
    country: COUNTRIES[mixed % 10],
    age: 16 + (Math.floor(mixed / 13) % 60),
  };
  const version = `${(mixed % 7) + 1}.${Math.floor(mixed / 7) % 10}.${Math.floor(mixed / 70) % 20}`;
  return { user, plan: PLANS[Math.floor(mixed / 11) % PLANS.length], app: { version } };
}

/** Writes as many contexts as NDJSON. */
export async function writeContexts(path, count) {
  const file = createWriteStream(path);
  for (let from = 0; from < count; from += 10_000) {
    const numbers = Array.from({ length: Math.min(10_000, count - from) }, (_, step) => from + step);
    const text = numbers.map((number) => `${JSON.stringify(context(number))}\n`).join("");
    if (!file.write(text)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
}
