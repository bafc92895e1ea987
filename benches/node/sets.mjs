// What is asked of one snapshot, by the column that it fills. Every runtime can read this.
import { check, checkAll } from "./check.mjs";
import { asking, askingForAll, spelledOut } from "./loops.mjs";
import { FEW, many, OFF_KEYS, ruleFor } from "./workload.mjs";

/** The snapshots that decisions are measured with. */
export const SETS = { few: FEW, 100: many(100), 1000: many(1000) };

/** The columns that a set fills. */
export const COLUMNS = {
  few: ["off", "offKeys", "rollout", "rule", "mixed"],
  100: ["all100"],
  1000: ["spread", "all1000"],
};

/** Checks an evaluator that has a set's snapshot open, then answers the loops to time; `only` names the columns wanted. */
export async function loopsOf(set, users, evaluator, only) {
  const wanted = COLUMNS[set].filter((column) => only === undefined || only.includes(column));
  const flags = flagsOf(set, wanted);
  await check(flags, users, evaluator.ask);
  if (set !== "few") await checkAll(flags, users, evaluator);
  const loops = set === "few" ? few(evaluator, users) : several(evaluator, users, flags);
  return Object.fromEntries(wanted.map((column) => [column, loops[column]()]));
}

/** The flags that the columns are asked of. */
export function flagsOf(set, columns) {
  if (set !== "few") return SETS[set];
  return FEW.filter(({ key }) => columns.includes(OFF_KEYS.includes(key) ? "offKeys" : key));
}

function few({ ask }, users) {
  const hit = users.filter(
    (user) =>
      ruleFor(
        FEW.find(({ key }) => key === "rule"),
        user,
      ) !== undefined,
  );
  return {
    off: () => asking(ask, ["off"], users),
    offKeys: () => asking(ask, spelledOut(OFF_KEYS), users),
    rollout: () => asking(ask, ["rollout"], users),
    rule: () => asking(ask, ["rule"], hit),
    mixed: () => asking(ask, ["mixed"], users),
  };
}

function several({ ask, all }, users, flags) {
  const keys = spelledOut(flags.map(({ key }) => key));
  return {
    spread: () => asking(ask, keys, users),
    all100: () => askingForAll(all, users),
    all1000: () => askingForAll(all, users),
  };
}
