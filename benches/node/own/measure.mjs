// Tidegate alone, in each of its forms: contexts wide and narrow, bound and not.
import { importPeer, OWN } from "../peers.mjs";
import { inNode, say } from "../process.mjs";
import { Samples } from "../samples.mjs";
import { SETS } from "../sets.mjs";

export async function measureContexts(store, { rounds, loops }) {
  const contexts = new Samples();
  const titles = {};
  for (const name of OWN) {
    const { title, snapshot } = await importPeer(name);
    titles[name] = title;
    for (const set of ["few", "1000"]) store.write(name, set, snapshot(SETS[set]));
  }
  for (let round = 1; round <= rounds; round++) {
    for (const name of OWN) {
      say(`round ${round} of ${rounds}: contexts, ${name}`);
      const files = ["few", "1000"].map((set) => store.file(name, set));
      contexts.add(name, await inNode("own/contexts.mjs", name, ...files, JSON.stringify(loops)));
    }
  }
  return { titles, contexts: contexts.spreads() };
}
