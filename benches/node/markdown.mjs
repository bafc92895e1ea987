// Numbers and tables as the document has them.

/** The units that measurements are shown in, with what they are kept in: ns, bytes, and for cold starts ms. */
export const UNITS = { ns: 1, µs: 1e3, ms: 1, s: 1, MB: 2 ** 20 };

export function table(head, rows) {
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** A median with its ratio to another one, and the least and the most where there was more than one round. */
export function cell(measured, reference, unit) {
  if (measured === undefined) return "–";
  const { median, least, most } = measured;
  const show = (value) => number(value / UNITS[unit]);
  const ratio = reference === undefined ? "" : ` · ${(median / reference.median).toFixed(2)}×`;
  const range = least === most ? "" : ` (${show(least)}–${show(most)})`;
  return `**${show(median)}**${ratio}${range}`;
}

/** Three digits, or all before the point. */
export function number(value) {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function count(value) {
  return value.toLocaleString("en");
}
