// What was measured beside other evaluators, as a section of Markdown.
import { cell, count, table } from "../markdown.mjs";
import { NONE, OFF, OFF_KEYS, SPLIT, USERS } from "../workload.mjs";
import { SIZES } from "./measure.mjs";

const COLUMNS = [
  { name: "off", title: "off", unit: "ns" },
  { name: "offKeys", title: `off, ${OFF_KEYS.length} keys`, unit: "ns" },
  { name: "rollout", title: "rollout", unit: "ns" },
  { name: "rule", title: "rule", unit: "ns" },
  { name: "mixed", title: "mixed", unit: "ns" },
  { name: "spread", title: "spread", unit: "ns" },
  { name: "all100", title: "all 100, µs", unit: "µs" },
  { name: "all1000", title: "all 1,000, µs", unit: "µs" },
];
const STARTS = SIZES.map((size) => ({ name: String(size), title: `${count(size)} flags`, unit: "ms" }));
const MEMORY = [
  { name: "loaded", title: "loaded, one flag asked", unit: "MB" },
  { name: "asked", title: "every flag asked", unit: "MB" },
];

export function reportBeside({ peers, decisions, cold, memory }, rounds) {
  const tables = [
    { heading: "Decisions", columns: COLUMNS, spreads: decisions, note: decisionsNote() },
    { heading: "From import to the first decision", columns: STARTS, spreads: cold, note: COLD_NOTE },
    { heading: "Memory with 10,000 flags", columns: MEMORY, spreads: memory, note: MEMORY_NOTE },
  ];
  return [
    "## Beside other evaluators, in Node",
    method(rounds),
    versions(peers),
    remarks(peers),
    standing(tables, peers),
    ...tables.map((given) => `### ${given.heading}\n\n${given.note}\n\n${peersTable(given, peers)}`),
  ].join("\n\n");
}

function method(rounds) {
  return [
    "Every evaluator runs through its own API with its own format, in a fresh process for each set of columns, in turns,",
    `${rounds} ${rounds === 1 ? "round" : "rounds"}; exposure logging is off, answers that come as promises are waited for, NODE_ENV is "production".`,
    "A cell has the median of the rounds, the ratio to Tidegate in the same run, and the least and the most where there was more than one round.",
    "Before anything is timed, each must hit every rule for exactly whom it is for, and serve a split's variants with their shares; else the run fails.",
  ].join(" ");
}

function decisionsNote() {
  return [
    `In ns where nothing else is said. ${count(USERS)} users in turn, a new context object for every call.`,
    `\`off\`: a disabled flag (it answers \`${OFF}\`, never the caller's \`${NONE}\`); \`off, ${OFF_KEYS.length} keys\`: as many such flags in turn.`,
    `\`rollout\`: a split ${Object.values(SPLIT).join(" : ")}.`,
    "`rule`: two rules (string in a list and a version at least; string in a list and a number at least), users for whom one of them holds.",
    "`mixed`: those rules, then the split, all users.",
    "`spread`: like `mixed`, another of 1,000 flags and another user with every call.",
    "`all 100`, `all 1,000`: every flag for one user, with one call where there is one, else flag by flag.",
  ].join(" ");
}

const COLD_NOTE =
  "Milliseconds from `import` to the first decision in a fresh process, reading the snapshot's file included and Node's own start left out.";
const MEMORY_NOTE =
  "Growth of the resident set in MB after garbage collection, from before the import; asked: three users each.";

function versions(peers) {
  const others = peers.filter(({ npm }) => npm).map(({ title, npm, version }) => `${title} is \`${npm}\` ${version}`);
  return `Node ${process.versions.node}. ${others.join(", ")}.`;
}

function remarks(peers) {
  const notes = peers.filter(({ note }) => note).map(({ title, note }) => `- ${title}: ${note}.`);
  const empty = peers.filter(({ why }) => why).map(({ title, why }) => `- ${title} has empty columns: ${why}.`);
  return [...notes, ...empty].join("\n");
}

/** Where others are ahead. Where the least and the most overlap, the run doesn't tell. */
function standing(tables, [tidegate, ...peers]) {
  const others = peers.filter(({ npm }) => npm);
  const lines = [];
  for (const { heading, columns, spreads } of tables) {
    for (const { name, title } of columns) {
      const ours = spreads[tidegate.name][name];
      const ahead = others.filter((peer) => spreads[peer.name]?.[name]?.median < ours.median);
      if (ahead.length === 0) continue;
      const said = ahead.map((peer) => {
        const theirs = spreads[peer.name][name];
        return `${peer.title} by ${(ours.median / theirs.median).toFixed(2)}×${theirs.most < ours.least ? "" : " (the ranges overlap)"}`;
      });
      lines.push(`- ${heading.toLowerCase()}, ${title}: ${said.join(", ")}`);
    }
  }
  return lines.length === 0 ? "**Nobody is ahead of Tidegate here.**" : `**Ahead of Tidegate:**\n\n${lines.join("\n")}`;
}

function peersTable({ columns, spreads }, peers) {
  const [{ name: first }] = peers;
  const measured = peers.filter(({ name }) => spreads[name] !== undefined);
  const rows = measured.map(({ name, title }) => [
    title,
    ...columns.map((column) => {
      const reference = name === first ? undefined : spreads[first][column.name];
      return cell(spreads[name][column.name], reference, column.unit);
    }),
  ]);
  return table(["", ...columns.map(({ title }) => title)], rows);
}
