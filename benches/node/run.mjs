// The benchmark of the npm package beside other evaluators: `node run.mjs [--quick]`. Prints a section of Markdown;
// says on stderr what it is doing. The package has to be built.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { importPeer, PEERS } from "./peers.mjs";
import { report } from "./report.mjs";
import { Samples } from "./samples.mjs";
import { FOUR, many } from "./workload.mjs";

const ROUNDS = process.argv.includes("--quick") ? 2 : 7;
const SIZES = [100, 1000, 10_000];
const LARGEST = 10_000;
/** Asked first after a cold start; one of its rules is for the user who is asked for. */
const FIRST = "flag-3";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "tidegate-benchmark-"));
try {
  const peers = await writeSnapshots();
  const measured = await measure();
  process.stdout.write(report({ peers, sizes: SIZES, rounds: ROUNDS, ...measured }));
} finally {
  rmSync(folder, { recursive: true });
}

/** Round after round, every measurement of every peer in a process of its own; the peers take turns. */
async function measure() {
  const decisions = new Samples();
  const cold = new Samples();
  const memory = new Samples();
  const own = new Samples();
  for (let round = 1; round <= ROUNDS; round++) {
    for (const set of ["four", "1000"]) {
      for (const peer of PEERS) {
        say(`round ${round} of ${ROUNDS}: decisions, ${set === "four" ? "four flags" : "1,000 flags"}, ${peer}`);
        decisions.add(peer, await node("decide.mjs", peer, set, snapshotFile(peer, set)));
      }
    }
    for (const peer of PEERS) {
      say(`round ${round} of ${ROUNDS}: cold start, ${peer}`);
      for (const size of SIZES) {
        const { took } = await node("cold.mjs", peer, snapshotFile(peer, size), FIRST);
        cold.add(peer, { [size]: took });
      }
    }
    for (const peer of PEERS) {
      say(`round ${round} of ${ROUNDS}: memory, ${peer}`);
      memory.add(peer, await node("memory.mjs", peer, snapshotFile(peer, LARGEST), String(LARGEST)));
    }
    say(`round ${round} of ${ROUNDS}: contexts, tidegate`);
    own.add("tidegate", await node("tidegate.mjs", snapshotFile("tidegate", "four"), snapshotFile("tidegate", "1000")));
  }
  return { decisions: decisions.spreads(), cold: cold.spreads(), memory: memory.spreads(), own: own.spreads() };
}

async function node(script, ...values) {
  const program = fileURLToPath(new URL(script, import.meta.url));
  const ended = await run(process.execPath, ["--expose-gc", program, ...values]).catch((failure) => failure);
  if (!(ended instanceof Error)) return JSON.parse(ended.stdout);
  const how = ended.signal ? `was ended by ${ended.signal}` : `ended with ${ended.code}`;
  throw new Error(`\`${[script, ...values].join(" ")}\` ${how}:\n${ended.stderr}`);
}

/** Writes every snapshot that is read later; answers with the peers' names and versions. */
async function writeSnapshots() {
  const peers = [];
  for (const name of PEERS) {
    const { title, npm, snapshot } = await importPeer(name);
    const write = (what, flags) => writeFileSync(snapshotFile(name, what), JSON.stringify(snapshot(flags)));
    write("four", FOUR);
    for (const size of SIZES) write(size, many(size));
    peers.push({ name, title, npm, version: npm && versionOf(npm) });
  }
  return peers;
}

function versionOf(npm) {
  const { paths } = createRequire(import.meta.url).resolve;
  for (const base of paths(npm)) {
    try {
      return JSON.parse(readFileSync(join(base, npm, "package.json"), "utf8")).version;
    } catch {
      // Not installed here, but further up.
    }
  }
  throw new Error(`\`${npm}\` is not installed`);
}

function snapshotFile(peer, what) {
  return join(folder, `${peer}-${what}.json`);
}

function say(what) {
  process.stderr.write(`  ${what}\n`);
}
