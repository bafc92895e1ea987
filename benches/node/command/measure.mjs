// How long the command takes for what release engineers ask of it.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spread } from "../statistics.mjs";
import { runOnce } from "./once.mjs";
import { snapshot, writeContexts } from "./workload.mjs";

export const CONTEXTS = 1_000_000;
export const CHANGED = 100;
export const FLAGS = 2_000;
export const FILES = 50;
export const UNITS = 10_000_000;

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const AT = ["--at", "2026-11-25T08:00:00Z"];
const SERIES = ["--from", "2026-11-24T00:00:00Z", "--to", "2026-11-28T00:00:00Z", "--every", "1h"];

/** Writes what the cases read into a folder. */
async function prepare(folder) {
  const many = [
    "run",
    "--package",
    "tidegate-cli",
    "--example",
    "many-flags",
    "--",
    join(folder, "many"),
    FLAGS,
    FILES,
  ];
  const { status, stderr } = spawnSync("cargo", many.map(String), { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(`the sources could not be written:\n${stderr}`);
  writeFileSync(join(folder, "old.json"), snapshot("old", CHANGED, 10));
  writeFileSync(join(folder, "new.json"), snapshot("new", CHANGED, 20));
  await writeContexts(join(folder, "contexts.ndjson"), CONTEXTS);
}

function cases() {
  const example = join(ROOT, "examples/snapshot.json");
  const simulate = (...values) => ["simulate", example, "--json", ...values];
  const compared = ["--contexts", "contexts.ndjson", "--at", "0", "--json", "-o", "report.json"];
  return {
    build: ["build", "many", "-o", "many.json"],
    check: ["check", "many"],
    diff: ["diff", "old.json", "new.json", ...compared],
    ramp: simulate("--flag", "express-delivery", "--units", String(UNITS), ...AT),
    rule: simulate("--flag", "theme", "--units", String(UNITS), ...AT),
    every: simulate("--units", String(UNITS / 10), ...AT),
    series: simulate("--flag", "express-delivery", "--units", String(UNITS / 10), ...SERIES),
  };
}

/** Of each case on one core and on all: seconds and the most memory, over rounds. */
export async function measureCommand(store, { rounds }) {
  const folder = store.folder("command");
  await prepare(folder);
  const cores = [...new Set([1, availableParallelism()])];
  const measured = {};
  for (const [name, values] of Object.entries(cases())) {
    measured[name] = {};
    for (const count of cores) {
      process.stderr.write(`bench: tidegate ${name}, ${count} ${count === 1 ? "core" : "cores"}\n`);
      const runs = [];
      for (let round = 0; round < rounds; round += 1) runs.push(await runOnce(values, { cwd: folder, cores: count }));
      const peaks = runs.map(({ peak }) => peak).filter((peak) => peak !== undefined);
      const seconds = spread(runs.map((run) => run.seconds));
      measured[name][count] = { seconds, peak: peaks.length === 0 ? undefined : spread(peaks) };
    }
  }
  const { contexts } = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
  if (contexts.count !== CONTEXTS) throw new Error(`${contexts.count} contexts were compared, expected ${CONTEXTS}`);
  return measured;
}
