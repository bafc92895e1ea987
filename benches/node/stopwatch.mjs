// Times loops, in any runtime.
import { median } from "./statistics.mjs";

/**
 * How long a loop runs before it counts, so that it is compiled with what it will meet; how long a sample takes, about;
 * how many there are. In milliseconds.
 */
export const THOROUGH = { warmUp: 300, sample: 12, samples: 15 };
export const QUICK = { warmUp: 150, sample: 8, samples: 7 };

/**
 * Nanoseconds an operation, by name. `loops` are functions that do an operation so many times. Their samples alternate:
 * what disturbs the machine for a moment disturbs all.
 */
export async function time(loops, pace) {
  const counts = {};
  for (const [name, loop] of Object.entries(loops)) counts[name] = await calibrate(loop, pace);
  const samples = Object.fromEntries(Object.keys(loops).map((name) => [name, []]));
  for (let sample = 0; sample < pace.samples; sample++) {
    for (const [name, loop] of Object.entries(loops)) {
      samples[name].push((1e6 * (await once(loop, counts[name]))) / counts[name]);
    }
  }
  return Object.fromEntries(Object.entries(samples).map(([name, times]) => [name, median(times)]));
}

async function calibrate(loop, { warmUp, sample }) {
  let count = 1;
  for (let spent = 0; spent < warmUp; ) {
    const took = await once(loop, count);
    spent += took;
    if (took < sample) count *= 2;
  }
  return count;
}

/** Milliseconds. */
async function once(loop, count) {
  const began = performance.now();
  await loop(count);
  return performance.now() - began;
}
