// What every evaluator is asked: flags described in no evaluator's own format, and the users that they are asked for.

export const USERS = 10_000;

/** Answered by an evaluator that has none; no flag serves it. */
export const NONE = "none";

const COUNTRIES = ["DE", "AT", "CH", "FR", "IT", "ES", "PL", "NL", "SE", "US"];
const PLANS = ["free", "plus", "pro", "trial"];

const LOYAL = {
  serve: "loyal",
  all: [
    { attribute: "country", op: "in", value: ["DE", "AT", "CH"] },
    { attribute: "version", op: "semverGte", value: "4.2.0" },
  ],
};
const PAYING = {
  serve: "paying",
  all: [
    { attribute: "plan", op: "in", value: ["plus", "pro"] },
    { attribute: "age", op: "gte", value: 40 },
  ],
};

/** What a split serves, in percent. */
export const SPLIT = { a: 50, b: 30, c: 20 };

/** Served when no rule applies and there is no split, or the flag is off. */
export const OFF = "off";

/** A disabled flag: the same for everybody. */
const off = (key) => ({ key, enabled: false, rules: [LOYAL, PAYING], split: SPLIT });

/** More than one disabled flag, to be asked in turn. */
export const OFF_KEYS = Array.from({ length: 16 }, (_, number) => `off-${number}`);

/** The flags that are asked again and again. */
export const FEW = [
  off("off"),
  ...OFF_KEYS.map(off),
  { key: "rollout", enabled: true, rules: [], split: SPLIT },
  { key: "rule", enabled: true, rules: [LOYAL, PAYING] },
  { key: "mixed", enabled: true, rules: [LOYAL, PAYING], split: SPLIT },
];

/** Flags like `mixed`, each with lists and limits of its own. */
export function many(count) {
  return Array.from({ length: count }, (_, number) => {
    const countries = [0, 1, 2].map((offset) => COUNTRIES[(number + offset * 3) % COUNTRIES.length]);
    const plans = [0, 1].map((offset) => PLANS[(number + offset) % PLANS.length]);
    const [country, version] = LOYAL.all;
    const [plan, age] = PAYING.all;
    const rules = [
      {
        serve: LOYAL.serve,
        all: [
          { ...country, value: countries },
          { ...version, value: `${(number % 6) + 1}.2.0` },
        ],
      },
      {
        serve: PAYING.serve,
        all: [
          { ...plan, value: plans },
          { ...age, value: 20 + (number % 50) },
        ],
      },
    ];
    return { key: `flag-${number}`, enabled: true, rules, split: SPLIT };
  });
}

/** The users, the same in every process. Their strings are flat, as if they had come over the network. */
export function users() {
  const next = randomNumbers(0x5eed);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const flat = (text) => decoder.decode(encoder.encode(text));
  return Array.from({ length: USERS }, (_, number) => {
    const id = flat(`user-${(number * 7919 + 100_003).toString(36)}-${number}`);
    const country = COUNTRIES[next() % COUNTRIES.length];
    const version = flat(`${(next() % 7) + 1}.${next() % 10}.${next() % 20}`);
    const plan = PLANS[next() % PLANS.length];
    const age = 16 + (next() % 60);
    // For those who can't compare versions.
    return { id, country, version, plan, age, versionNumber: versionNumber(version) };
  });
}

/** Whom one of a flag's rules is for, found without any of the evaluators. */
export function ruleFor({ rules }, user) {
  return rules.find(({ all }) => all.every((test) => holds(test, user[test.attribute])))?.serve;
}

function holds({ op, value }, actual) {
  switch (op) {
    case "in":
      return value.includes(actual);
    case "gte":
      return actual >= value;
    case "semverGte":
      return versionNumber(actual) >= versionNumber(value);
    default:
      throw new Error(`the workload has no operator \`${op}\``);
  }
}

/** Versions of the workload have parts below 1,000 and no pre-release. */
export function versionNumber(version) {
  return version.split(".").reduce((sum, part) => sum * 1000 + Number(part), 0);
}

function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}
