// The recipe for GitHub: its steps are run as a runner runs them, in a repository with a base and a change. `npx` stands for
// the native command here; that both are the same is for command.test.mjs to say.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { parse } from "yaml";
import { root } from "./tarball.mjs";

const workflow = parse(readFileSync(join(root, "recipes/github/tidegate.yml"), "utf8"));
const { steps } = workflow.jobs.flags;
const native = join(root, "target/debug/tidegate");
const FLAG = { type: "boolean", variants: { on: true, off: false }, off: "off", default: "off" };
const snapshot = (flag) => JSON.stringify({ schemaVersion: 1, revision: "1", flags: { a: { ...FLAG, ...flag } } });

/** A repository whose last commit changes the snapshot from the first to the second. */
function repository(before, after) {
  const folder = mkdtempSync(join(tmpdir(), "tidegate-recipe-"));
  const git = (...args) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.example", ...args], { cwd: folder });
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "bin/npx"), `#!/bin/sh\nshift 2\nexec "${native}" "$@"\n`, { mode: 0o755 });
  git("init", "--quiet");
  for (const text of [before, after]) {
    if (text !== undefined) writeFileSync(join(folder, "snapshot.json"), text);
    git("add", ".");
    git("commit", "--quiet", "--allow-empty", "--message", "change");
  }
  return folder;
}

/** Runs the steps; answers each one's exit code and the summary. */
function run(folder) {
  const summary = join(folder, "summary.md");
  writeFileSync(summary, "");
  const env = {
    ...process.env,
    ...workflow.env,
    PATH: `${join(folder, "bin")}:${process.env["PATH"]}`,
    RUNNER_TEMP: mkdtempSync(join(tmpdir(), "tidegate-runner-")),
    GITHUB_STEP_SUMMARY: summary,
  };
  const codes = {};
  for (const { name, run } of steps) {
    if (run === undefined || name === "Install") continue;
    const { status, stderr } = spawnSync("bash", ["-e", "-c", run], { cwd: folder, env, encoding: "utf8" });
    codes[name] = status;
    assert.ok(status === 0 || status === 1, `${name}: ${stderr}`);
  }
  return { codes, summary: readFileSync(summary, "utf8") };
}

describe("the recipe for GitHub", () => {
  before(() => {
    execFileSync("cargo", ["build", "--quiet", "--package", "tidegate-cli"], { cwd: root, stdio: "inherit" });
  });

  it("may read alone, pins what it uses, and puts nothing of a pull request into a script", () => {
    assert.deepEqual(workflow.permissions, { contents: "read" });
    for (const { uses, run } of steps) {
      if (uses !== undefined) assert.match(uses, /@[0-9a-f]{40}$/);
      else assert.ok(!run.includes("${{"), run);
    }
  });

  it("shows who gets something else, and holds the types to the snapshot", () => {
    const folder = repository(snapshot({}), snapshot({ default: "on" }));
    const stale = run(folder);
    assert.deepEqual(stale.codes, { Check: 0, "Show who gets something else": 0, "Hold the types to the snapshot": 1 });
    assert.match(stale.summary, /10,000/);
    execFileSync(native, ["types", "snapshot.json", "-o", "src/flags.d.ts"], { cwd: folder });
    assert.equal(run(folder).codes["Hold the types to the snapshot"], 0);
  });

  it("fails where the snapshot has problems, and has nothing to compare where it is new", () => {
    assert.equal(run(repository(snapshot({}), snapshot({ default: "onn" }))).codes["Check"], 1);
    const added = run(repository(undefined, snapshot({})));
    assert.equal(added.codes["Show who gets something else"], 0);
    assert.equal(added.summary, "");
  });
});
