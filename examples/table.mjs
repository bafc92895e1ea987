// Tells the stories of the sample snapshot: their flags' decisions for a few contexts, at instants when something changes,
// through the built package. Run it with `cargo xtask demo --once`, which builds the package first.
import { readFile } from "node:fs/promises";
import { Tidegate } from "tidegate";

/** How many of a story's changes are shown, evenly taken from all of them. */
const CHANGES = 3;

let clock = Date.now();
const tide = await Tidegate.load(new URL("./snapshot.json", import.meta.url), { strict: true, now: () => clock });
const contexts = await read("contexts.json");
const stories = await read("stories.json");
const names = Object.keys(contexts).map((name) => /^[^,]{1,12}(?=[, ]|$)/.exec(name)?.[0] ?? name);

const { revision, environment, flags, refused } = tide.loadReport;
console.log(`snapshot ${revision} (${environment}): ${flags} flags, ${refused.length} refused\n`);
for (const name of Object.keys(contexts)) console.log(`  ${name}`);
for (const { name, kind, flags, from, until, at, alarm } of stories) {
  const instants = [Date.parse(at), ...changes(flags, Date.parse(from), Date.parse(until))].sort((a, b) => a - b);
  const rows = instants.flatMap((instant) => decisions(flags, instant));
  if (alarm !== undefined) {
    clock = Date.parse(at);
    tide.setAlarm(alarm, "alarm");
    rows.push([`${alarm} is up`, ...Array(names.length + 1).fill("")], ...decisions(flags, clock));
    tide.setAlarm(alarm, "ok");
    tide.resetRollbacks();
  }
  console.log(`\n${name} (${kind})\n${table([["at", "flag", ...names], ...rows])}`);
}
const told = stories.flatMap(({ flags }) => flags);
const others = tide.keys().filter((flag) => !told.includes(flag));
console.log(`\nFlags that no story is about\n${table([["at", "flag", ...names], ...decisions(others, Date.now())])}`);

async function read(name) {
  return JSON.parse(await readFile(new URL(name, import.meta.url), "utf8"));
}

/** Instants at which flags change by time alone. */
function changes(flags, from, until) {
  const found = new Set();
  for (const flag of flags) {
    for (let now = tide.nextChange(flag, { now: from }); now <= until; now = tide.nextChange(flag, { now }))
      found.add(now);
  }
  const all = [...found].sort((a, b) => a - b);
  return all.filter((_, place) => place % Math.ceil(all.length / CHANGES) === 0);
}

/** A row for each flag: what each of the contexts gets, and why. */
function decisions(flags, instant) {
  clock = instant;
  const time = new Date(instant).toISOString().slice(0, 16);
  return flags.map((flag, place) => [
    place === 0 ? `${time}Z` : "",
    flag,
    ...Object.values(contexts).map(answer(flag)),
  ]);
}

function answer(flag) {
  return (context) => {
    const { variant, reason, errorCode } = tide.decide(flag, context);
    return reason === "ERROR" ? errorCode : `${variant} ${reason}`;
  };
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  const lines = rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])).join("  "));
  const [head, ...body] = lines.map((line) => `  ${line.trimEnd()}`);
  return [head, `  ${widths.map((width) => "-".repeat(width)).join("  ")}`, ...body].join("\n");
}
