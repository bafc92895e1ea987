// Whether an evaluator really evaluates: its rules hit whom they are for, and its splits have their shares.
import { OFF, ruleFor, SPLIT } from "./workload.mjs";

/** Percentage points that a share may be off by: about four standard deviations of the smallest sample. */
const TOLERANCE = 3;
const QUESTIONS = 20_000;

/** Asks flag after flag, each for many users. Throws where an answer is wrong. */
export async function check(flags, users, ask) {
  const counts = new Map();
  for (let question = 0; question < QUESTIONS; question++) {
    const flag = flags[question % flags.length];
    // Both in steps, so that no flag is left with few users, whatever the numbers of flags and users have in common.
    const user = users[(question * 7 + Math.floor(question / flags.length)) % users.length];
    const answer = await ask(flag.key, user);
    const expected = flag.enabled ? (ruleFor(flag, user) ?? (flag.split ? undefined : OFF)) : OFF;
    if (expected === undefined) counts.set(answer, (counts.get(answer) ?? 0) + 1);
    else if (answer !== expected) throw wrong(flag, user, answer, expected);
  }
  if (flags.some(({ enabled, split }) => enabled && split)) checkShares(counts);
}

/** Whether asking for all flags at once gives the same answers. */
export async function checkAll(flags, users, { ask, all, values = (given) => given }) {
  for (const user of users.slice(0, 5)) {
    const given = values(await all(user));
    for (const flag of flags) {
      const expected = await ask(flag.key, user);
      if (given[flag.key] !== expected) throw wrong(flag, user, given[flag.key], expected);
    }
    if (Object.keys(given).length !== flags.length) {
      throw new Error(`asked for all of ${flags.length} flags, it answers ${Object.keys(given).length}`);
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
