// `run.mjs NAME…` runs the program in the runtimes named and prints the reports as JSON; how far it is goes to stderr.
import { inChromium } from "./chromium.mjs";
import { inEdge } from "./edge.mjs";
import { inFirefox } from "./firefox.mjs";
import { prepare } from "./prepare.mjs";
import { inBun, inDeno, inNode } from "./processes.mjs";
import { inWasi } from "./wasi.mjs";
import { inWorkerd } from "./workerd.mjs";

/** Every runtime: the name it is asked for by, its title, and what it takes to run the program in it. */
const RUNTIMES = {
  bun: ["Bun", inBun],
  "chromium-page": ["Chromium, page", () => inChromium("page")],
  "chromium-service-worker": ["Chromium, service worker", () => inChromium("serviceWorker")],
  "chromium-worker": ["Chromium, dedicated worker", () => inChromium("worker")],
  deno: ["Deno", inDeno],
  edge: ["Vercel's edge runtime", inEdge],
  "firefox-page": ["Firefox, page", () => inFirefox("page")],
  "firefox-worker": ["Firefox, dedicated worker", () => inFirefox("worker")],
  node20: ["Node 20", () => inNode("node-20")],
  node22: ["Node 22", () => inNode("node-22")],
  node24: ["Node 24", () => inNode("node-24")],
  wasi: ["wasmtime (WASI), the crate", inWasi],
  workerd: ["Cloudflare's workerd", inWorkerd],
};

/** What one bug breaks may be thousands of vectors. */
const SHOWN = 20;

const folder = prepare();
const reports = [];
for (const name of process.argv.slice(2)) {
  if (!(name in RUNTIMES)) {
    throw new Error(`there is no runtime \`${name}\`: expected one of ${Object.keys(RUNTIMES).join(", ")}`);
  }
  const [title, find] = RUNTIMES[name];
  const began = performance.now();
  const report = await reportOf(find(), folder);
  const { failures = [], passed, missing } = report;
  const found = missing ?? `${JSON.stringify(passed ?? {})}, ${failures.length} failed`;
  console.error(`runtimes: ${title}: ${found}, in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  for (const failure of failures.slice(0, SHOWN)) console.error(`  ${failure}`);
  if (failures.length > SHOWN) console.error(`  and ${failures.length - SHOWN} more`);
  reports.push({ name, title, ...report });
}
process.stdout.write(JSON.stringify(reports));

/** What keeps a runtime from answering at all is a failure of it too, and the others still run. */
async function reportOf({ missing, run }, folder) {
  if (missing !== undefined) return { missing };
  try {
    return await run(folder);
  } catch (error) {
    return { failures: [String(error)] };
  }
}
