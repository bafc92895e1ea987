import { cell, count, number, table, UNITS } from "../markdown.mjs";
import { AXES } from "./axes.mjs";

const NOTE = [
  "Tidegate alone, in Node. Loading is from a file to the first decision, `import` left out; memory is what the resident set has grown by then;",
  "decisions are asked with contexts made beforehand. The attributes are the caller's, so they change neither loading nor memory.",
].join(" ");

/** The measures, with the axes that they make no sense for. */
export const MEASURES = [
  { name: "load", title: "load, ms", unit: "ms", not: ["attributes"] },
  { name: "decision", title: "decision, ns", unit: "ns", not: [] },
  { name: "memory", title: "memory, MB", unit: "MB", not: ["attributes"] },
];

/** The section; `plot` is where the drawing is, as the document links it. */
export function reportGrowth(curves, plot) {
  const tables = Object.entries(AXES).map(([axis, { title, about }]) => {
    const forms = curves.filter((curve) => curve.axis === axis);
    return `### By ${title}\n\nWith ${about}.\n\n${axisTable(axis, title, forms)}`;
  });
  return ["## How cost grows", NOTE, `![${alternative(curves)}](${plot})`, ...tables].join("\n\n");
}

function axisTable(axis, title, forms) {
  const measures = MEASURES.filter(({ not }) => !not.includes(axis));
  const columns = forms.flatMap(({ form }) => measures.map((measure) => ({ form, ...measure })));
  const head = columns.map(({ form, title: measure }) => (forms.length > 1 ? `${form}: ${measure}` : measure));
  const rows = forms[0].points.map((point, at) => [
    count(point.count),
    ...forms.flatMap(({ points }) => measures.map(({ name, unit }) => cell(points[at][name], undefined, unit))),
  ]);
  return table([title, ...head], rows);
}

/** What the drawing says, for those who don't see it. */
function alternative(curves) {
  const [{ form, points }] = curves;
  const [least, most] = [points[0], points.at(-1)];
  const load = ({ load: { median } }) => `${number(median / UNITS.ms)} ms`;
  return `Three plots against growing numbers. ${form} loads ${count(least.count)} flags in ${load(least)} and ${count(most.count)} in ${load(most)}`;
}
