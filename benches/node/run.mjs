// The benchmark of the npm package: `node run.mjs PLOT [--quick]`. Prints sections of Markdown and writes a drawing to
// PLOT, which the document beside it links; says on stderr what it is doing. The package has to be built.
import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { measureBeside } from "./beside/measure.mjs";
import { reportBeside } from "./beside/report.mjs";
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
const loops = quick ? QUICK : THOROUGH;
const few = { rounds: quick ? 1 : 3, loops };
const many = { rounds: quick ? 1 : 5, loops };
const drawing = process.argv[2];

const store = new Store();
try {
  const beside = await measureBeside(store, many);
  const contexts = await measureContexts(store, many);
  const runtimes = await measureRuntimes(store, few);
  const curves = await measureGrowth(store, few);
  writeFileSync(drawing, plot(curves));
  const sections = [
    reportBeside(beside, many.rounds),
    reportContexts(contexts),
    reportRuntimes(runtimes),
    reportGrowth(curves, basename(drawing)),
  ];
  process.stdout.write(`${sections.join("\n\n")}\n`);
} finally {
  store.remove();
}
