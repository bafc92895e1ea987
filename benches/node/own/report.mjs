import { cell, table } from "../markdown.mjs";

const NOTE =
  "Tidegate alone, in ns. The flags are those of `mixed` and `spread` above, which read four attributes and the key; contexts of 5, 22 and 102 attributes are made beforehand.";

export function reportContexts({ titles, contexts }) {
  const names = Object.keys(titles);
  const rows = Object.keys(contexts[names[0]]).map((row) => [
    row,
    ...names.map((name) => cell(contexts[name][row], undefined, "ns")),
  ]);
  return `## Contexts\n\n${NOTE}\n\n${table(["", ...Object.values(titles)], rows)}`;
}
