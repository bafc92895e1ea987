// Times loops inside one process.
import { median } from "./statistics.mjs";

/** Every loop runs this long before it counts, so that it is compiled with what it will meet. */
const WARM_UP = 300;
/** How long a sample takes, about. */
const SAMPLE = 12;
const SAMPLES = 15;

/**
 * Nanoseconds an operation, by name. `loops` are functions that do an operation so many times. Their samples alternate:
 * what disturbs the machine for a moment disturbs all.
 */
export function time(loops) {
  const counts = Object.fromEntries(Object.entries(loops).map(([name, loop]) => [name, calibrate(loop)]));
  const samples = Object.fromEntries(Object.keys(loops).map((name) => [name, []]));
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (const [name, loop] of Object.entries(loops))
      samples[name].push((1e6 * once(loop, counts[name])) / counts[name]);
  }
  return Object.fromEntries(Object.entries(samples).map(([name, times]) => [name, median(times)]));
}

function calibrate(loop) {
  let count = 1;
  for (let spent = 0; spent < WARM_UP; ) {
    const took = once(loop, count);
    spent += took;
    if (took < SAMPLE) count *= 2;
  }
  return count;
}

/** Milliseconds. */
function once(loop, count) {
  const began = performance.now();
  loop(count);
  return performance.now() - began;
}
