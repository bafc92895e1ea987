import { importPeer, OWN } from "../peers.mjs";
import { inNode, say } from "../process.mjs";
import { Samples } from "../samples.mjs";
import { users as makeUsers } from "../workload.mjs";
import { AXES } from "./axes.mjs";

/** The curves of each form of Tidegate, as lists of points; a point is measured in a process of its own. */
export async function measureGrowth(store, { rounds, loops }) {
  const users = makeUsers();
  const curves = [];
  for (const name of OWN) {
    const { title: form, encode } = await importPeer(name);
    for (const [axis, { counts, document }] of Object.entries(AXES)) {
      say(`growth: ${axis}, ${name}`);
      const points = [];
      for (const count of counts) {
        const file = store.write(name, axis, encode(document(count, users)));
        const samples = new Samples();
        for (let round = 1; round <= rounds; round++) {
          const values = [name, axis, String(count), file, JSON.stringify(loops)];
          samples.add("point", await inNode("growth/grow.mjs", ...values));
        }
        points.push({ count, ...samples.spreads().point });
      }
      curves.push({ form, axis, points });
    }
  }
  return curves;
}
