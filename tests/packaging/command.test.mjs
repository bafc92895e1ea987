// The command of the packed package, as users and build tools run it. The command's own tests are run with it by
// `cargo xtask test --only command`.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { install, root } from "./tarball.mjs";

const folder = install("command");
const sample = join(root, "examples/snapshot.json");
const tests = join(root, "cli/tests");
execFileSync("cargo", ["build", "--quiet", "--package", "tidegate-cli"], { cwd: root, stdio: "inherit" });

/** What a run writes and how it ends, of both commands. */
function both(args, options = {}) {
  const settings = { cwd: folder, ...options };
  const run = (program, more) => {
    const { status, stdout, stderr } = spawnSync(program, [...more, ...args], settings);
    return { status, stdout: stdout.toString(), stderr: stderr.toString() };
  };
  return {
    native: run(join(root, "target/debug/tidegate"), []),
    npm: run("npx", ["--no-install", "--prefix", folder, "tidegate"]),
  };
}

describe("the command by npx", () => {
  for (const [name, args, options] of [
    ["check", ["check", sample]],
    ["check with problems", ["check", join(tests, "snapshots/broken.json")]],
    ["check of standard input", ["check", "-"], { input: readFileSync(join(tests, "snapshots/broken.json")) }],
    ["check of paths from the folder", ["check", "../../../examples/snapshot.json", "./package.json"]],
    ["eval", ["eval", sample, "--json", "--at", "2026-11-24T08:00:00Z", "--context", '{"targetingKey":"é"}']],
    ["explain", ["explain", sample, "--flag", "cart-v2", "--at", "2026-11-24T08:00:00Z"]],
    ["compile", ["compile", sample, "-o", "-"]],
    ["help", ["--help"]],
    ["a wrong call", ["chekc"]],
    ["a missing file", ["check", "nowhere.json"]],
  ]) {
    it(`writes what the native one writes: ${name}`, () => {
      const { native, npm } = both(args, options);
      assert.deepEqual(npm, native);
    });
  }

  it("reads tens of megabytes from a pipe", () => {
    const { native, npm } = both(["check", "-"], { input: " ".repeat(40_000_000) });
    assert.deepEqual(npm, native);
    assert.equal(npm.status, 1);
  });

  it("replaces a file whole, and follows a link to it", () => {
    mkdirSync(join(folder, "made"), { recursive: true });
    writeFileSync(join(folder, "made/snapshot.tide"), "old");
    symlinkSync("snapshot.tide", join(folder, "made/link.tide"));
    const { native, npm } = both(["compile", sample, "-o", "made/link.tide"]);
    assert.deepEqual(npm, native);
    assert.ok(lstatSync(join(folder, "made/link.tide")).isSymbolicLink());
    assert.deepEqual(readdirSync(join(folder, "made")).sort(), ["link.tide", "snapshot.tide"]);
    const expected = execFileSync(join(root, "target/debug/tidegate"), ["compile", sample, "-o", "-"], {
      stdio: "pipe",
    });
    assert.deepEqual(readFileSync(join(folder, "made/snapshot.tide")), expected);
  });

  it("says what it could not write", { skip: process.getuid?.() === 0 ? "root may write everywhere" : false }, () => {
    mkdirSync(join(folder, "closed"), { recursive: true });
    chmodSync(join(folder, "closed"), 0o555);
    const { npm } = both(["compile", sample, "-o", "closed/snapshot.tide"]);
    assert.equal(npm.status, 2);
    assert.match(npm.stderr, /^tidegate: could not write `closed\/snapshot.tide`: /);
  });
});

describe("runTidegate", async () => {
  const entry = createRequire(join(folder, "user.mjs")).resolve("tidegate/command");
  const { runTidegate } = await import(pathToFileURL(entry).href);

  it("answers what the command wrote and its exit code", async () => {
    const told = await runTidegate(["check", "snapshots/broken.json"], { cwd: tests });
    const golden = readFileSync(join(tests, "golden/check-broken.txt"), "utf8");
    assert.equal(`${told.stdout}--- exit code ${told.code}\n`, golden);
    assert.equal(told.stderr, "");
  });

  it("gives it standard input, or none", async () => {
    const bytes = readFileSync(sample);
    for (const stdin of [bytes, bytes.toString()]) {
      const { code, stdout } = await runTidegate(["check", "-", "--json"], { stdin });
      assert.deepEqual([code, JSON.parse(stdout).files[0].flags], [0, 21]);
    }
    assert.equal((await runTidegate(["check", "-"])).code, 1);
    // More than a pipe holds, and nobody reads it.
    assert.equal((await runTidegate(["--version"], { stdin: " ".repeat(10_000_000) })).code, 0);
  });

  it("rejects where there is no such folder", async () => {
    await assert.rejects(runTidegate(["--version"], { cwd: join(folder, "nowhere") }), { code: "ENOENT" });
  });
});
