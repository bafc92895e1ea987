// What was measured, as a section of Markdown.
import { NONE, OFF, SPLIT, USERS } from "./workload.mjs";

const COLUMNS = [
  { name: "off", title: "off", unit: "ns" },
  { name: "rollout", title: "rollout", unit: "ns" },
  { name: "rule", title: "rule", unit: "ns" },
  { name: "mixed", title: "mixed", unit: "ns" },
  { name: "spread", title: "spread", unit: "ns" },
  { name: "all1000", title: "all 1,000", unit: "µs" },
];
const SCALE = { ns: 1, µs: 1e3, ms: 1, MB: 2 ** 20 };

/** The section. Spreads are by peer and by name; times of decisions are in ns, of cold starts in ms, memory in bytes. */
export function report({ peers, sizes, rounds, decisions, cold, memory, own }) {
  const starts = sizes.map((size) => ({ name: String(size), title: `${size.toLocaleString("en")} flags`, unit: "ms" }));
  const sizesInMemory = [
    { name: "loaded", title: "loaded, one flag asked", unit: "MB" },
    { name: "asked", title: "every flag asked", unit: "MB" },
  ];
  const tables = [
    { heading: "### Decisions", columns: COLUMNS, spreads: decisions, note: DECISIONS },
    { heading: "### From import to the first decision", columns: starts, spreads: cold, note: COLD },
    { heading: "### Memory with 10,000 flags", columns: sizesInMemory, spreads: memory, note: MEMORY },
  ];
  return [
    method(rounds),
    versions(peers),
    standing(tables, peers),
    ...tables.map(
      ({ heading, columns, spreads, note }) => `${heading}\n\n${note}\n\n${table(columns, spreads, peers)}`,
    ),
    `### Contexts\n\nTidegate alone, in ns. The flags are those of \`mixed\` and \`spread\` above.\n\n${ownTable(own.tidegate)}`,
    "",
  ].join("\n\n");
}

function method(rounds) {
  return [
    `Every evaluator runs through its own API with its own format, in a fresh process for each set of columns, in turns, ${rounds} rounds; exposure logging is off.`,
    `A cell has the median of the rounds, the ratio to Tidegate in the same run, and the least and the most.`,
    `Before anything is timed, each must hit every rule for exactly whom it is for, and serve a split's variants with their shares; else the run fails.`,
  ].join(" ");
}

const shares = Object.values(SPLIT).join(" : ");
const DECISIONS = [
  `${USERS.toLocaleString("en")} users in turn, a new context object for every call.`,
  `\`off\`: a disabled flag (it answers \`${OFF}\`, never the caller's \`${NONE}\`).`,
  `\`rollout\`: a split ${shares}.`,
  "`rule`: two rules (string in a list and a version at least; string in a list and a number at least), users for whom one of them holds.",
  "`mixed`: those rules, then the split, all users.",
  "`spread`: like `mixed`, another of 1,000 flags and another user with every call.",
  "`all 1,000`: every flag for one user, in µs.",
].join(" ");
const COLD =
  "Milliseconds from `import` to the first decision in a fresh process, the snapshot's JSON read from disk and Node's own start left out.";
const MEMORY =
  "Growth of the resident set in MB after garbage collection, from before the import; asked: 100 users each.";

function versions(peers) {
  const others = peers.filter(({ npm }) => npm).map(({ title, npm, version }) => `${title} is \`${npm}\` ${version}`);
  return `Node ${process.versions.node}. ${others.join(", ")}.`;
}

/** Where others are ahead. Where the least and the most overlap, the run doesn't tell. */
function standing(tables, [tidegate, ...others]) {
  const lines = [];
  for (const { heading, columns, spreads } of tables) {
    for (const { name, title } of columns) {
      const ours = spreads[tidegate.name][name];
      const ahead = others.filter((peer) => spreads[peer.name][name].median < ours.median);
      if (ahead.length === 0) continue;
      const said = ahead.map((peer) => {
        const theirs = spreads[peer.name][name];
        return `${peer.title} by ${(ours.median / theirs.median).toFixed(2)}×${theirs.most < ours.least ? "" : " (the ranges overlap)"}`;
      });
      lines.push(`- ${heading.replace("### ", "").toLowerCase()}, ${title}: ${said.join(", ")}`);
    }
  }
  return lines.length === 0 ? "**Nobody is ahead of Tidegate here.**" : `**Ahead of Tidegate:**\n\n${lines.join("\n")}`;
}

function table(columns, spreads, peers) {
  const [{ name: first }] = peers;
  const rows = peers.map(({ name, title }) => [
    title,
    ...columns.map((column) =>
      cell(spreads[name][column.name], spreads[first][column.name], column.unit, name === first),
    ),
  ]);
  return lines(["", ...columns.map(({ title }) => title)], rows);
}

function cell({ median, least, most }, ours, unit, isOurs) {
  const show = (value) => number(value / SCALE[unit]);
  const ratio = isOurs ? "" : ` · ${(median / ours.median).toFixed(2)}×`;
  return `**${show(median)}**${ratio} (${show(least)}–${show(most)})`;
}

function ownTable(spreads) {
  const rows = Object.entries(spreads).map(([name, { median, least, most }]) => [
    name,
    number(median),
    `${number(least)}–${number(most)}`,
  ]);
  return lines(["", "median", "least–most"], rows);
}

function lines(head, rows) {
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Three digits, or all before the point. */
function number(value) {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
