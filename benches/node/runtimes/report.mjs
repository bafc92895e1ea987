import { cell, table } from "../markdown.mjs";
import { COLUMNS } from "./program.mjs";

const NOTE = [
  "Tidegate's own decisions, by the same program everywhere; the columns are those above, `all 1,000` in µs, with the ratio to Node.",
  "In workerd clocks stand still during a request, so it is timed from outside over long loops, the request included.",
].join(" ");
const UNITS = { all1000: "µs" };
const TITLES = { all1000: "all 1,000, µs" };

export function reportRuntimes({ forms, runtimes, spreads }) {
  const measured = runtimes.filter(({ missing }) => !missing);
  const rows = measured.flatMap(({ name, version }) =>
    forms.map((form) => {
      const reference = name === "Node" ? {} : spreads[`Node ${form.name}`];
      const cells = COLUMNS.map((column) =>
        cell(spreads[`${name} ${form.name}`][column], reference[column], UNITS[column] ?? "ns"),
      );
      return [`${name} ${version}${forms.length > 1 ? `, ${form.title}` : ""}`, ...cells];
    }),
  );
  const missing = runtimes.filter((runtime) => runtime.missing);
  return [
    "## In other runtimes",
    NOTE,
    table(["", ...COLUMNS.map((column) => TITLES[column] ?? column)], rows),
    ...missing.map((runtime) => `${runtime.name} was not measured: ${runtime.missing}.`),
  ].join("\n\n");
}
