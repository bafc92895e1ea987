// How long `tidegate simulate` takes, from its start to its last line: the release build, median of rounds.
//
//   cargo build --release -p tidegate-cli && node benches/command/simulate.mjs [--json] [--rounds N]
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { median } from "../node/statistics.mjs";

const { values: asked } = parseArgs({ options: { json: { type: "boolean" }, rounds: { type: "string", default: "5" } } });
const rounds = Number(asked.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`found \`${asked.rounds}\` for --rounds, expected a whole number above 0`);

const root = new URL("../../", import.meta.url);
const at = ["--at", "2026-11-25T08:00:00Z"];
const series = ["--from", "2026-11-24T00:00:00Z", "--to", "2026-11-28T00:00:00Z", "--every", "1h"];
const all = availableParallelism();
const cores = all > 1 ? [1, all] : [1];

const cases = [
  { name: "10 million units, one ramp", arguments: ["--flag", "express-delivery", "--units", "10000000", ...at] },
  { name: "10 million units, one switch by rule", arguments: ["--flag", "theme", "--units", "10000000", ...at] },
  { name: "1 million units, every flag of the example, pairs tested", arguments: ["--units", "1000000", ...at] },
  { name: "1 million units, one ramp, 97 hours", arguments: ["--flag", "express-delivery", "--units", "1000000", ...series] },
];

function once(extra, threads) {
  const began = performance.now();
  const run = spawnSync("target/release/tidegate", ["simulate", "examples/snapshot.json", ...extra], {
    cwd: fileURLToPath(root),
    env: { ...process.env, RAYON_NUM_THREADS: String(threads) },
    encoding: "utf8",
  });
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`it ended with ${run.status}: ${run.stderr}`);
  return (performance.now() - began) / 1000;
}

const results = cases.flatMap(({ name, arguments: extra }) =>
  cores.map((threads) => {
    const seconds = Array.from({ length: rounds }, () => once(extra, threads));
    return { name, cores: threads, seconds: median(seconds), fastest: Math.min(...seconds), rounds };
  }),
);

if (asked.json) {
  console.log(JSON.stringify(results, null, 2));
} else {
  for (const { name, cores: threads, seconds, fastest } of results) {
    const on = threads === 1 ? "one core" : `${threads} cores`;
    console.log(`${name}, ${on}: ${seconds.toFixed(2)} s (fastest ${fastest.toFixed(2)})`);
  }
}
