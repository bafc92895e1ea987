// The worker template under load, as a section of Markdown.
import { cell, number, table } from "../markdown.mjs";
import { AT_ONCE, FLAGS } from "./measure.mjs";

const TITLES = { plain: "the site, with a constant in each page", decided: `the same, with ${FLAGS} flags decided` };

export function reportEdge(spreads, { rounds, requests }) {
  const rate = ({ median, least, most }) =>
    least === most ? `**${number(median)}**` : `**${number(median)}** (${number(least)}–${number(most)})`;
  const rows = Object.entries(TITLES).map(([name, title]) => {
    const { p50, p99, rate: found } = spreads[name];
    return [title, cell(p50, undefined, "ms"), cell(p99, undefined, "ms"), rate(found)];
  });
  const { plain, decided } = spreads;
  const overlap = decided.rate.most >= plain.rate.least && plain.rate.most >= decided.rate.least;
  const more = 1000 * (1000 / decided.rate.median - 1000 / plain.rate.median);
  const difference = overlap
    ? "What deciding takes is less than what rounds differ by: `all 100` above is what it takes of a processor."
    : `With the decisions a request takes ${number(more)} µs more of the machine.`;
  const note = [
    `The worker template in workerd on loopback, by miniflare, which stands between: ${number(requests)} requests a round, ${AT_ONCE} at once, each of another visitor; ${rounds} ${rounds === 1 ? "round" : "rounds"}.`,
    "The pages are the same but for the decisions that they come with. Load and worker share the machine's cores, so that rates are below what a worker alone would reach.",
    difference,
  ].join(" ");
  return `## At the edge\n\n${note}\n\n${table(["", "p50, ms", "p99, ms", "requests a second"], rows)}`;
}
