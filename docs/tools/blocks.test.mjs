// Every fenced block of the pages holds: JSON is what it says it is, commands and programs run and print what the page says,
// TypeScript and JavaScript check against the built package. Rust is for `cargo test --doc`, and it is seen to that it goes there.
// With `TIDEGATE_GOLDEN=write`, what is printed is written into the pages; look at the difference before committing it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { after, before, describe, it } from "node:test";
import Ajv from "ajv/dist/2020.js";
import { parseAllDocuments } from "yaml";
import { GROUPS } from "../.vitepress/pages.mjs";
import { BESIDE, blocksOf, pages, REASONS, root, said } from "./blocks.mjs";

const folder = join(root, "target/docs/blocks");
const schema = JSON.parse(readFileSync(join(root, "pkg-template/schema.json"), "utf8"));
const ajv = new Ajv().addSchema(schema);
/** How often each reason was given. */
const skipped = new Map(Object.keys(REASONS).map((reason) => [reason, 0]));
/** The programs, to be checked together: where each lies, with its block. */
const programs = new Map();

rmSync(folder, { recursive: true, force: true });

for (const page of [...pages(), ...BESIDE]) {
  const blocks = blocksOf(page);
  if (blocks.length === 0) continue;
  const here = join(folder, page.replace(/^\.\.\//, "").replace(/\.md$/, ""));
  describe(join("docs", page), () => {
    before(() => {
      for (const name of ["src", "docs"]) mkdirSync(join(here, name), { recursive: true });
      cpSync(join(root, "examples"), join(here, "examples"), { recursive: true });
      cpSync(join(root, "examples/snapshot.json"), join(here, "snapshot.json"));
    });
    let printed;
    for (const block of blocks)
      it(`line ${block.line}: ${block.language} ${block.words.join(" ")}`, () => {
        const reason = said(block, "skip");
        if (reason !== undefined) {
          assert.ok(skipped.has(reason), `\`${reason}\` is no reason of tools/blocks.mjs`);
          skipped.set(reason, skipped.get(reason) + 1);
          return;
        }
        const file = said(block, "file");
        if (file !== undefined) write(join(here, file), block.text);
        const hold = KINDS[block.language];
        assert.ok(hold, `nothing here knows how to hold \`${block.language}\` to be right`);
        printed = hold(block, here, printed);
      });
  });
}

it("every page has its place in the sidebar", () => {
  const placed = GROUPS.flatMap(({ pages }) => pages).concat("index");
  const lost = pages().filter((page) => !placed.includes(page.replace(/\.md$/, "")));
  assert.deepEqual(lost, [], "expected them in docs/.vitepress/pages.mjs");
});

describe("the programs of the pages", () => {
  it("check against the built package", () => {
    const found = typeErrors();
    const wrong = [];
    for (const [file, { page, line, text }] of programs) {
      const errors = found.get(file) ?? new Map();
      for (const [at, source] of text.split("\n").entries()) {
        const told = errors.get(at + 1);
        const place = `${join("docs", page)}:${line + at + 1}: ${source.trim()}`;
        if (/\/\/ error\b/.test(source) !== (told !== undefined))
          wrong.push(`${place}: ${told ?? "the compiler finds no error"}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  after(() => {
    const all = [...pages(), ...BESIDE].flatMap(blocksOf).length;
    const idle = [...skipped].filter(([, count]) => count > 0).map(([reason, count]) => `${count} ${reason}`);
    console.log(`blocks: ${all} in all, not run here: ${idle.join(", ")}`);
  });
});

/** By language, how a block is held to be right, given its page's folder and what was printed last; answers what it prints. */
const KINDS = { json, yaml, sh, js: program, ts: program, tsx: program, html, http, toml, rust, sql, text };

function json(block) {
  const values = valuesOf(block.text);
  const definition = block.words.find((word) => /^[A-Z]/.test(word));
  if (definition === undefined) {
    for (const value of values.filter((value) => value?.schemaVersion !== undefined)) {
      valid({ $ref: schema.$id }, value);
      checked(block, value);
    }
    const isKnown = values.every((value) => value?.schemaVersion !== undefined);
    assert.ok(
      isKnown || block.words.includes("data") || said(block, "file"),
      "what is it? a snapshot, `json Rule`, `json data`",
    );
    return;
  }
  const parts = block.words.includes("members") ? values.flatMap((value) => Object.values(value)) : values;
  for (const part of parts) valid({ $ref: `${schema.$id}#/$defs/${definition}` }, part);
}

/** One value, the members of an object, or a value a line. */
function valuesOf(text) {
  const attempts = [
    () => [JSON.parse(text)],
    () => [JSON.parse(`{${text}}`)],
    () =>
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
  ];
  for (const attempt of attempts) {
    try {
      return attempt();
    } catch {}
  }
  return [JSON.parse(text)];
}

/** The evaluator has nothing against a snapshot, unless the block says that it has. */
function checked(block, snapshot) {
  const input = JSON.stringify(snapshot);
  const { status, stdout } = spawnSync(join(root, "target/debug/tidegate"), ["check", "-"], {
    input,
    encoding: "utf8",
  });
  assert.equal(status, Number(said(block, "exit") ?? 0), stdout);
}

function valid(reference, value) {
  const validate = ajv.compile(reference);
  assert.ok(validate(value), ajv.errorsText(validate.errors));
}

function yaml({ text }) {
  for (const document of parseAllDocuments(text)) assert.deepEqual(document.errors, []);
}

/** The commands, with `tidegate` as it was built last. */
function sh(block, here) {
  const path = [join(root, "target/debug"), process.env.PATH].join(delimiter);
  return run(block, "bash", ["-euo", "pipefail", "-c", block.text], here, { PATH: path });
}

/** A program: checked with all others, and run where it says so. */
function program(block, here) {
  const name = said(block, "file") ?? `src/line-${block.line}.${block.language === "js" ? "mjs" : block.language}`;
  const file = join(here, name);
  write(file, block.text);
  programs.set(relative(folder, file), block);
  if (block.words.includes("run")) return run(block, process.execPath, [file], here, {});
}

function run(block, command, args, cwd, env) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  assert.equal(status, Number(said(block, "exit") ?? 0), `${stdout}${stderr}`);
  return stdout;
}

/** What was printed, but for spaces at the ends of lines, which nobody sees. */
function text(block, _here, printed) {
  if (block.words.includes("generated")) return;
  assert.ok(block.words.includes("output") && printed !== undefined, "whose output is it?");
  const trimmed = (text) => text.replaceAll(/ +$/gm, "").trim();
  if (process.env["TIDEGATE_GOLDEN"] === "write") rewrite(block, trimmed(printed));
  else assert.equal(trimmed(printed), trimmed(block.text));
}

/** Puts another text into a block's page. */
function rewrite({ page, fence, language, words, text }, printed) {
  const file = join(root, "docs", page);
  const written = (inner) => `${fence}${[language, ...words].join(" ")}\n${inner.trimEnd()}\n${fence}`;
  const before = readFileSync(file, "utf8");
  writeFileSync(
    file,
    before.replace(written(text), () => written(printed)),
  );
}

/** The modules in a page, which import the package's files from where they are served. */
function html(block, here) {
  const scripts = Array.from(block.text.matchAll(/<script type="(\w+)">\n([\s\S]*?)<\/script>/g));
  assert.ok(scripts.length > 0);
  for (const [index, [, type, script]] of scripts.entries()) {
    if (type === "importmap") {
      for (const address of Object.values(JSON.parse(script).imports)) served(address);
      continue;
    }
    for (const [, address] of script.matchAll(/from "(\/[^"]+)"/g)) served(address);
    const text = script.replaceAll(/"\/tidegate\/browser\.js"/g, '"tidegate"');
    program({ ...block, text, words: [], language: "js", line: block.line + index }, here);
  }
}

/** An address below `/tidegate/` is a file of the package's `dist`. */
function served(address) {
  assert.match(address, /^\/tidegate\//);
  assert.ok(existsSync(join(root, "pkg-template/dist", address.slice("/tidegate/".length))), address);
}

function http({ text }) {
  for (const line of text.trim().split("\n")) assert.match(line, /^(GET |HTTP\/1\.1 |[A-Za-z-]+: )/);
}

/** The version that is asked for is this one's. */
function toml({ text }) {
  const [, asked] = /^tidegate = "(.+)"$/m.exec(text) ?? [];
  const [, version] = /^version = "(.+)"$/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"));
  assert.ok(asked !== undefined && version.startsWith(asked), `${asked} of ${version}`);
}

/** Rust's own tests of documentation take the page. */
function rust({ page }) {
  const takes = readFileSync(join(root, "src/lib.rs"), "utf8").includes(`include_str!("../docs/${page}")`);
  assert.ok(takes, `src/lib.rs doesn't include docs/${page} in its documentation's tests`);
}

/** ClickHouse's own test takes the page's tables and queries. */
function sql({ page }) {
  const takes = readFileSync(join(root, "pkg-template/tests/clickhouse.test.mjs"), "utf8").includes(`docs/${page}`);
  assert.ok(takes, `pkg-template/tests/clickhouse.test.mjs doesn't take docs/${page}`);
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** What TypeScript has against the programs: messages by file and line. */
function typeErrors() {
  const compilerOptions = {
    allowJs: true,
    checkJs: true,
    jsx: "preserve",
    lib: ["ES2024", "DOM", "DOM.Iterable"],
    module: "NodeNext",
    moduleDetection: "force",
    noEmit: true,
    skipLibCheck: true,
    strict: true,
    target: "ES2022",
    types: ["node"],
  };
  write(join(folder, "package.json"), '{ "type": "module" }');
  const around = ["ambient.d.ts", "modules.d.ts"];
  for (const name of around) cpSync(join(root, "docs/tools", name), join(folder, name));
  write(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [...around, ...programs.keys()] }));
  const tsc = join(root, "node_modules/.bin/tsc");
  const { stdout } = spawnSync(tsc, ["--project", folder, "--pretty", "false"], { cwd: folder, encoding: "utf8" });
  const found = new Map();
  for (const line of stdout.split("\n").filter((line) => line !== "" && !line.startsWith(" "))) {
    const [, file, at, message] = /^(.+)\((\d+),\d+\): (.+)$/.exec(line) ?? [];
    assert.ok(programs.has(file), line);
    found.set(file, (found.get(file) ?? new Map()).set(Number(at), message));
  }
  return found;
}
