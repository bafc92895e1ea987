// Whether an evaluator really evaluates: its rules hit whom they are for, and its splits have their shares.
import { OFF, ruleFor, SPLIT } from "./workload.mjs";

/** Percentage points that a share may be off by: about four standard deviations of the smallest sample. */
const TOLERANCE = 3;

/** Asks every flag for every user, or as many users as make a hundred thousand questions. Throws where it is wrong. */
export function check(flags, users, ask) {
  const counts = new Map();
  const step = Math.max(1, Math.floor((flags.length * users.length) / 100_000));
  let asked = 0;
  for (let question = 0; question < flags.length * users.length; question += step) {
    const flag = flags[question % flags.length];
    const user = users[Math.floor(question / flags.length)];
    asked += 1;
    const answer = ask(flag.key, user);
    const expected = flag.enabled ? (ruleFor(flag, user) ?? (flag.split ? undefined : OFF)) : OFF;
    if (expected === undefined) counts.set(answer, (counts.get(answer) ?? 0) + 1);
    else if (answer !== expected) throw wrong(flag, user, answer, expected);
  }
  if (flags.some(({ enabled, split }) => enabled && split)) checkShares(counts);
  return asked;
}

/** Whether asking for all flags at once gives the same answers. */
export function checkAll(flags, users, { ask, all, values = (given) => given }) {
  for (const user of users.slice(0, 20)) {
    const given = values(all(user));
    if (Object.keys(given).length !== flags.length) {
      throw new Error(`asked for all of ${flags.length} flags, it answers ${Object.keys(given).length}`);
    }
    for (const flag of flags) {
      const expected = ask(flag.key, user);
      if (given[flag.key] !== expected) throw wrong(flag, user, given[flag.key], expected);
    }
  }
}

function checkShares(counts) {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const shares = Object.keys(SPLIT).map((variant) => (100 * (counts.get(variant) ?? 0)) / total);
  const right = Object.values(SPLIT).every((percent, at) => Math.abs(percent - shares[at]) <= TOLERANCE);
  if (!right || counts.size !== shares.length) {
    throw new Error(
      `its split serves ${JSON.stringify(Object.fromEntries(counts))}, expected ${JSON.stringify(SPLIT)} percent`,
    );
  }
}

function wrong({ key }, user, answer, expected) {
  return new Error(`\`${key}\` answers \`${answer}\` for ${JSON.stringify(user)}, expected \`${expected}\``);
}
