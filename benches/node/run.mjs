// The benchmark of the npm package: `node run.mjs PLOT [--quick] [--only=SECTION]`. Prints sections of Markdown and writes a drawing
// to PLOT, which the document beside it links; says on stderr what it is doing. The package has to be built.
import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { measureBeside } from "./beside/measure.mjs";
import { reportBeside } from "./beside/report.mjs";
import { measureCommand } from "./command/measure.mjs";
import { reportCommand } from "./command/report.mjs";
import { measureEdge } from "./edge/measure.mjs";
import { reportEdge } from "./edge/report.mjs";
import { measureGrowth } from "./growth/measure.mjs";
import { plot } from "./growth/plot.mjs";
import { reportGrowth } from "./growth/report.mjs";
import { measureContexts } from "./own/measure.mjs";
import { reportContexts } from "./own/report.mjs";
import { measureRuntimes } from "./runtimes/measure.mjs";
import { reportRuntimes } from "./runtimes/report.mjs";
import { QUICK, THOROUGH } from "./stopwatch.mjs";
import { Store } from "./store.mjs";

const quick = process.argv.includes("--quick");
const only = process.argv.find((given) => given.startsWith("--only="))?.slice("--only=".length);
const loops = quick ? QUICK : THOROUGH;
const few = { rounds: quick ? 1 : 3, loops };
const many = { rounds: quick ? 1 : 5, loops };
const served = { rounds: many.rounds, requests: quick ? 1000 : 4000 };
const drawing = process.argv[2];

/** In the order of the document. */
const SECTIONS = {
  beside: async (store) => reportBeside(await measureBeside(store, many), many.rounds),
  contexts: async (store) => reportContexts(await measureContexts(store, many)),
  runtimes: async (store) => reportRuntimes(await measureRuntimes(store, few)),
  edge: async () => reportEdge(await measureEdge(served), served),
  command: async (store) => reportCommand(await measureCommand(store, few), few.rounds),
  growth: async (store) => {
    const curves = await measureGrowth(store, few);
    writeFileSync(drawing, plot(curves));
    return reportGrowth(curves, basename(drawing));
  },
};

if (only !== undefined && !(only in SECTIONS)) {
  throw new Error(`there is no section \`${only}\`: there are ${Object.keys(SECTIONS).join(", ")}`);
}
const store = new Store();
try {
  const sections = [];
  for (const name of only === undefined ? Object.keys(SECTIONS) : [only]) sections.push(await SECTIONS[name](store));
  process.stdout.write(`${sections.join("\n\n")}\n`);
} finally {
  store.remove();
}
