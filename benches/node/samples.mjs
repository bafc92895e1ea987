import { spread } from "./statistics.mjs";

/** What was measured, by peer and by name. */
export class Samples {
  #of = new Map();

  add(peer, values) {
    const samples = this.#of.get(peer) ?? new Map();
    this.#of.set(peer, samples);
    for (const [name, value] of Object.entries(values)) samples.set(name, [...(samples.get(name) ?? []), value]);
  }

  spreads() {
    const spreads = (samples) => Object.fromEntries([...samples].map(([name, all]) => [name, spread(all)]));
    return Object.fromEntries([...this.#of].map(([peer, samples]) => [peer, spreads(samples)]));
  }
}
