// Round after round, every measurement of every evaluator in a process of its own; the evaluators take turns.
import { importPeer, PEERS } from "../peers.mjs";
import { inNode, say } from "../process.mjs";
import { Samples } from "../samples.mjs";
import { COLUMNS, flagsOf } from "../sets.mjs";
import { many } from "../workload.mjs";
import { versionOf } from "./version.mjs";

export const SIZES = [100, 1000, 10_000];
const LARGEST = SIZES.at(-1);
/** Asked first after a cold start; one of its rules is for the user who is asked for. */
const FIRST = "flag-3";

/** What was measured, and of whom. `store` keeps the snapshots, `loops` is the pace of the stopwatch. */
export async function measureBeside(store, { rounds, loops }) {
  const peers = [];
  for (const name of PEERS) peers.push(await prepare(name, store));
  const decisions = new Samples();
  const cold = new Samples();
  const memory = new Samples();
  for (let round = 1; round <= rounds; round++) {
    for (const { name, sets, complete } of peers) {
      say(`round ${round} of ${rounds}: ${name}`);
      for (const set of sets) {
        decisions.add(name, await inNode("beside/decide.mjs", name, set, store.file(name, set), JSON.stringify(loops)));
      }
      if (!complete) continue;
      for (const size of SIZES) {
        const { took } = await inNode("beside/cold.mjs", name, store.file(name, size), FIRST);
        cold.add(name, { [size]: took });
      }
      memory.add(name, await inNode("beside/memory.mjs", name, store.file(name, LARGEST), String(LARGEST)));
    }
  }
  return { peers, decisions: decisions.spreads(), cold: cold.spreads(), memory: memory.spreads() };
}

/** Writes every snapshot of an evaluator that is read later. */
async function prepare(name, store) {
  const { title, npm, only, why, note, snapshot } = await importPeer(name);
  const sets = Object.keys(COLUMNS).filter((set) => COLUMNS[set].some((column) => only?.includes(column) ?? true));
  for (const set of sets) store.write(name, set, snapshot(flagsOf(set, only ?? COLUMNS[set])));
  const complete = only === undefined;
  if (complete) for (const size of SIZES) store.write(name, size, snapshot(many(size)));
  return { name, title, npm, why, note, version: npm && versionOf(npm), sets, complete };
}
