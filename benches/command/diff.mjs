// Measures `tidegate diff` on a million contexts: time and peak memory of the release build, with one thread and with all.
//
//   cargo build --release -p tidegate-cli && node benches/command/diff.mjs [--contexts 1000000] [--flags 100] [--json]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: asked } = parseArgs({
  options: {
    contexts: { type: "string", default: "1000000" },
    flags: { type: "string", default: "100" },
    json: { type: "boolean", default: false },
  },
});
const [contexts, flags] = [Number(asked.contexts), Number(asked.flags)];

const target = fileURLToPath(new URL("../../target/", import.meta.url));
const folder = `${target}command/`;
const binary = `${target}release/tidegate`;
mkdirSync(folder, { recursive: true });
if (!existsSync(binary)) throw new Error("build it first: cargo build --release -p tidegate-cli");

const COUNTRIES = ["DE", "AT", "CH", "FR", "IT", "ES", "PL", "NL", "SE", "US"];
const PLANS = ["free", "plus", "pro", "trial"];

/** Flags of two targeted rules and a split, whose last rule has the percentage. */
function snapshot(revision, percent) {
  const variants = { off: "off", loyal: "loyal", paying: "paying", a: "a", b: "b" };
  const split = [
    { variant: "a", weight: 60 },
    { variant: "b", weight: 40 },
  ];
  const flag = (number) => ({
    type: "string",
    variants,
    off: "off",
    default: "off",
    unit: "user.id",
    salt: `flag-${number}`,
    rules: [
      {
        id: "loyal",
        when: {
          all: [
            {
              attr: "user.country",
              op: "in",
              value: [0, 3, 6].map((step) => COUNTRIES[(number + step) % COUNTRIES.length]),
            },
            { attr: "app.version", op: "semverGte", value: `${(number % 6) + 1}.2.0` },
          ],
        },
        serve: "loyal",
      },
      {
        id: "paying",
        when: {
          all: [
            { attr: "plan", op: "in", value: [PLANS[number % PLANS.length]] },
            { attr: "user.age", op: "gte", value: 20 + (number % 50) },
          ],
        },
        serve: "paying",
      },
      { id: "share", percent, serve: { split } },
    ],
  });
  const all = Object.fromEntries(Array.from({ length: flags }, (_, number) => [`flag-${number}`, flag(number)]));
  return JSON.stringify({ schemaVersion: 1, revision, flags: all });
}

async function writeContexts(path) {
  const file = createWriteStream(path);
  for (let from = 0; from < contexts; from += 10_000) {
    let text = "";
    for (let number = from; number < Math.min(from + 10_000, contexts); number += 1) {
      const mixed = number * 7919 + 100_003;
      const user = {
        id: `user-${mixed.toString(16)}`,
        country: COUNTRIES[mixed % 10],
        age: 16 + (Math.floor(mixed / 13) % 60),
      };
      const version = `${(mixed % 7) + 1}.${Math.floor(mixed / 7) % 10}.${Math.floor(mixed / 70) % 20}`;
      text += `${JSON.stringify({ user, plan: PLANS[Math.floor(mixed / 11) % 4], app: { version } })}\n`;
    }
    if (!file.write(text)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
}

/** The most memory that a process had, in bytes; unknown where there is no /proc. */
function peakOf(pid) {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}

async function measure(threads) {
  const started = performance.now();
  const values = ["diff", "old.json", "new.json", "--contexts", "contexts.ndjson", "--at", "0", "-o", "report.json"];
  const child = spawn(binary, values, {
    cwd: folder,
    env: { ...process.env, RAYON_NUM_THREADS: String(threads) },
    stdio: "inherit",
  });
  let peak;
  const watch = setInterval(() => {
    peak = peakOf(child.pid) || peak;
  }, 20);
  const [code] = await once(child, "exit");
  clearInterval(watch);
  if (code !== 0) throw new Error(`tidegate diff ended with ${code}`);
  const seconds = (performance.now() - started) / 1000;
  const { moved, count } = JSON.parse(readFileSync(`${folder}report.json`, "utf8")).contexts;
  if (count !== contexts) throw new Error(`${count} contexts were counted, expected ${contexts}`);
  return { threads, seconds, peakBytes: peak ?? null, decisions: 2 * contexts * flags, moved };
}

writeFileSync(`${folder}old.json`, snapshot("old", 10));
writeFileSync(`${folder}new.json`, snapshot("new", 20));
await writeContexts(`${folder}contexts.ndjson`);
const bytes = statSync(`${folder}contexts.ndjson`).size;
const runs = [];
for (const threads of new Set([1, availableParallelism()])) runs.push(await measure(threads));

if (asked.json) {
  console.log(JSON.stringify({ contexts, flags, bytes, runs }));
} else {
  console.log(`${contexts} contexts (${Math.round(bytes / 1e6)} MB of NDJSON), ${flags} changed flags`);
  for (const { threads, seconds, peakBytes, decisions } of runs) {
    const memory = peakBytes === null ? "unknown" : `${Math.round(peakBytes / 1e6)} MB at most`;
    console.log(
      `${threads} threads: ${seconds.toFixed(1)} s, ${Math.round(decisions / seconds / 1e6)} million decisions a second, ${memory}`,
    );
  }
}
