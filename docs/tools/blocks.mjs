// The fenced blocks of the pages, each with how it is held to be right.
//
// A fence says so behind its language, in words:
//
//   file=NAME    the block is written to that file of the page's folder, where later blocks find it
//   run          the program is run there
//   output       what the block before has written
//   exit=N       how the block's commands, or `tidegate check` of its snapshot, end, where not with 0
//   members      its objects' members are what the definition is
//   skip=REASON  nobody runs it here; REASONS has why
//
// A word that begins with a capital names what the JSON is in the schema: `json Rule`, `json Flag members`.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Why a block is not run. */
export const REASONS = {
  install: "it changes what is installed",
  network: "it asks a server that isn't there",
  runtime: "it wants another runtime: `cargo xtask runtimes` runs the package there",
  chore: "it is a chore of the project, which `.ci/run` runs",
  tested: "a test of the project takes the very block, or what it is about, from where it stands",
  shown: "it shows a form or a formula, and is no program",
};

/** The pages, by their paths from docs/. */
export function pages() {
  const found = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  return found.filter((path) => path.endsWith(".md") && !path.includes("node_modules")).sort();
}

/** What is no page of the site and is read by many, whose blocks are held to be right as well. */
export const BESIDE = ["../pkg-template/README.md"];

/** A page's blocks: language, words, text, and the line of its fence. */
export function blocksOf(page) {
  const lines = readFileSync(join(root, "docs", page), "utf8").split("\n");
  const blocks = [];
  let open;
  for (const [at, line] of lines.entries()) {
    const fence = /^\s*(```+)(.*)$/.exec(line);
    if (open === undefined && fence) {
      const [language = "", ...words] = fence[2].trim().split(/\s+/);
      open = { page, line: at + 1, fence: fence[1], language, words, lines: [] };
    } else if (open !== undefined && fence?.[1] === open.fence && fence[2].trim() === "") {
      blocks.push({ ...open, text: `${open.lines.join("\n")}\n` });
      open = undefined;
    } else open?.lines.push(line);
  }
  if (open !== undefined) throw new Error(`docs/${page}:${open.line}: the block has no end`);
  return blocks;
}

/** What a word of a block says behind its `=`. */
export function said({ words }, name) {
  return words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}
