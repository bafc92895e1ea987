// What the command takes, as a section of Markdown.
import { cell, count, table } from "../markdown.mjs";
import { CHANGED, CONTEXTS, FILES, FLAGS, UNITS } from "./measure.mjs";

const TITLES = {
  build: `\`build\`: ${count(FLAGS)} flags in ${FILES} files`,
  check: "`check`: the same folder and its environment, with every lint",
  diff: `\`diff\`: ${count(CONTEXTS)} contexts, ${CHANGED} changed flags`,
  ramp: `\`simulate\`: ${count(UNITS)} units, one ramp`,
  rule: `\`simulate\`: ${count(UNITS)} units, one flag by rules`,
  every: `\`simulate\`: ${count(UNITS / 10)} units, every flag of the example, pairs tested`,
  series: `\`simulate\`: ${count(UNITS / 10)} units, one ramp, 97 hours`,
};

export function reportCommand(measured, rounds) {
  const cores = Object.keys(measured.build).map(Number);
  const most = Math.max(...cores);
  const rows = Object.entries(TITLES).map(([name, title]) => {
    const seconds = cores.map((used) => cell(measured[name][used].seconds, undefined, "s"));
    return [title, ...seconds, cell(measured[name][most].peak, undefined, "MB")];
  });
  const head = cores.map((used) => `${used} ${used === 1 ? "core" : "cores"}, s`);
  const note = `The release build of \`tidegate\`, from its start to its end; ${rounds} ${rounds === 1 ? "round" : "rounds"}. Contexts are NDJSON of five attributes; the memory is the most that the process had, on ${most} cores.`;
  return `## The command\n\n${note}\n\n${table(["", ...head, "at most, MB"], rows)}`;
}
