// One source file with what it imports, for parts that no entry has: as the package is built, but for the module.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const sources = join(dirname(dirname(fileURLToPath(import.meta.url))), "src");

export async function source(file) {
  const { outputFiles } = await build({
    entryPoints: [join(sources, file)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    tsconfigRaw: {},
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

/** Numbers from 0 to 1, the same ones for the same seed: Marsaglia's xorshift, 32 bits. */
export function randomFrom(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** The position that a number from 0 to 1 falls into, by shares that add up to 1. */
export function pick(shares, at) {
  let sum = 0;
  for (const [position, share] of shares.entries()) {
    sum += share;
    if (at < sum) return position;
  }
  return shares.length - 1;
}

/** What a rate of α may come to in so many runs: three standard errors more. */
export function allowance(alpha, runs) {
  return alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / runs);
}
