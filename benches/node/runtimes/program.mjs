// What every runtime runs: no line of it knows where it is.
import { evaluatorOf } from "../own/document.mjs";
import { loopsOf } from "../sets.mjs";
import { users as makeUsers } from "../workload.mjs";

/** The snapshots that it reads, and the columns that it measures. */
export const SETS = ["few", "1000"];
export const COLUMNS = ["off", "rollout", "rule", "mixed", "spread", "all1000"];

/** The loops to time, by column. `Tidegate` is the package's, `read` answers a set's snapshot. */
export async function program(Tidegate, read) {
  const users = makeUsers();
  const loops = {};
  for (const set of SETS) {
    const evaluator = evaluatorOf(await Tidegate.load(await read(set)));
    Object.assign(loops, await loopsOf(set, users, evaluator, COLUMNS));
  }
  return loops;
}
