// The curves as a drawing: a panel a measure, both scales logarithmic, readable on light and dark pages.
import { UNITS } from "../markdown.mjs";
import { AXES } from "./axes.mjs";
import { MEASURES } from "./report.mjs";

const PANEL = { width: 300, height: 240, left: 52, top: 82 };
const STEP = PANEL.width + PANEL.left + 16;
const SIZE = { width: STEP * MEASURES.length, height: PANEL.top + PANEL.height + 48 };
/** Powers of ten. */
const MOST_COUNT = 6;
/** The least value that is drawn, in a panel's unit. */
const LEAST = 0.1;

/** Forms of Tidegate differ by their dashes, axes by colour and by mark. */
const DASHES = ["none", "6 4", "2 3"];
const MARKS = [
  (x, y) => `<circle cx="${x}" cy="${y}" r="3.5"/>`,
  (x, y) => `<rect x="${x - 3}" y="${y - 3}" width="6" height="6"/>`,
  (x, y) => `<path d="M${x} ${y - 4}l4 7h-8z"/>`,
  (x, y) => `<path d="M${x} ${y - 4.5}l4 4.5l-4 4.5l-4 -4.5z"/>`,
];
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #333 }
  .title { font-weight: 600 }
  .grid { stroke: #ddd }
  .curve { fill: none; stroke-width: 1.75; stroke: currentColor }
  .mark { fill: currentColor }
  .axis0 { color: #1f6fc9 } .axis1 { color: #b9540f } .axis2 { color: #157a4e } .axis3 { color: #8447b8 }
  @media (prefers-color-scheme: dark) {
    text { fill: #ccc }
    .grid { stroke: #444 }
    .axis0 { color: #6fb1ff } .axis1 { color: #f29a5c } .axis2 { color: #54c795 } .axis3 { color: #c59bf2 }
  }`;

export function plot(curves) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img">`,
    `<title>How cost grows</title>`,
    `<style>${STYLE}\n</style>`,
    ...legend(curves),
    ...MEASURES.flatMap((measure, at) => panel(measure, at, curves)),
    "</svg>\n",
  ].join("\n");
}

function legend(curves) {
  const forms = formsOf(curves);
  const axes = Object.values(AXES).map(({ title }, at) => {
    const x = PANEL.left + at * 190;
    return `<g class="mark axis${at}">${MARKS[at](x, 16)}</g><text x="${x + 12}" y="20">${title}</text>`;
  });
  const lines = forms.map((form, at) => {
    const x = PANEL.left + at * 190;
    const line = `<path class="curve" stroke-dasharray="${DASHES[at]}" d="M${x - 4} 36h24"/>`;
    return `<g class="axis0">${line}</g><text x="${x + 28}" y="40">${form}</text>`;
  });
  return [...axes, ...(forms.length > 1 ? lines : [])];
}

function panel({ name, title, unit, not }, at, curves) {
  const left = PANEL.left + at * STEP;
  const bottom = PANEL.top + PANEL.height;
  const drawn = curves.filter(({ axis }) => !not.includes(axis));
  // Logarithms want more than nothing, and a resident set may even shrink.
  const valueAt = (point) => Math.max(point[name].median / UNITS[unit], LEAST);
  const powers = drawn.flatMap(({ points }) => points.map((point) => Math.log10(valueAt(point))));
  const [low, high] = [Math.floor(Math.min(...powers)), Math.ceil(Math.max(...powers))];
  const x = (count) => round(left + (Math.log10(count) / MOST_COUNT) * PANEL.width);
  const y = (value) => round(bottom - ((Math.log10(value) - low) / (high - low)) * PANEL.height);
  const text = (given, across, down, anchor, more = "") =>
    `<text x="${across}" y="${down}" text-anchor="${anchor}"${more}>${given}</text>`;
  const rows = Array.from({ length: high - low + 1 }, (_, row) => 10 ** (low + row)).flatMap((value) => [
    `<path class="grid" d="M${left} ${y(value)}h${PANEL.width}"/>`,
    text(short(value), left - 6, y(value) + 4, "end"),
  ]);
  const columns = Array.from({ length: MOST_COUNT + 1 }, (_, power) => 10 ** power).map((count) =>
    text(short(count), x(count), bottom + 18, "middle"),
  );
  const lines = drawn.flatMap(({ axis, form, points }) => {
    const which = Object.keys(AXES).indexOf(axis);
    const places = points.map((point) => [x(point.count), y(valueAt(point))]);
    const dashes = DASHES[formsOf(curves).indexOf(form)];
    return [
      `<g class="axis${which}"><path class="curve" stroke-dasharray="${dashes}" d="M${places.map((place) => place.join(" ")).join("L")}"/>`,
      `<g class="mark">${places.map((place) => MARKS[which](...place)).join("")}</g></g>`,
    ];
  });
  return [...rows, ...columns, ...lines, text(title, left, PANEL.top - 12, "start", ' class="title"')];
}

function formsOf(curves) {
  return [...new Set(curves.map(({ form }) => form))];
}

function short(value) {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(Number(value.toPrecision(1)));
}

function round(place) {
  return Math.round(place * 10) / 10;
}
