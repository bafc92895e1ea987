// The plugin of the packed package, in a real project with a real Vite: its server, its build, and its types.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { CHROME, Project } from "./project.mjs";
import { root } from "./tarball.mjs";

const CONFIG = `
  import { tidegate } from "tidegate/vite";
  import { defineConfig } from "vite";
  export default defineConfig({ plugins: [tidegate({ snapshot: "public/snapshot.json", types: "src/flags.d.ts" })] });
`;

describe("the plugin for Vite", () => {
  const project = new Project("vite");
  const file = (path) => join(project.folder, path);
  const read = (path) => readFileSync(file(path), "utf8");
  let sound;

  /** Changes the snapshot as an editor would. */
  const edit = (change) => writeFileSync(file("public/snapshot.json"), change(sound));
  const renamed = (name) => (snapshot) => snapshot.replaceAll('"search-limit"', `"${name}"`);

  /** Waits until the types have a key. */
  async function typesHave(key) {
    for (const until = Date.now() + 60_000; Date.now() < until; await sleep(50)) {
      if (readdirSync(file("src")).includes("flags.d.ts") && read("src/flags.d.ts").includes(`readonly "${key}":`))
        return;
    }
    assert.fail(`the types did not get the key \`${key}\` within a minute`);
  }

  before(() => {
    project.install({});
    mkdirSync(file("src"));
    writeFileSync(file("vite.config.ts"), CONFIG);
    sound = read("public/snapshot.json");
  });
  after(() => project.close());

  it("writes what the command writes, follows the snapshot, and loads the page anew", async () => {
    const { origin, end } = await project.start("dev", (port) => [
      "--host",
      "127.0.0.1",
      "--strictPort",
      "--port",
      port,
    ]);
    await typesHave("search-limit");
    const written = spawnSync("npx", ["tidegate", "types", "public/snapshot.json", "-o", "-", "--lang", "ts"], {
      cwd: project.folder,
      encoding: "utf8",
    });
    assert.equal(written.status, 0, written.stderr);
    assert.equal(read("src/flags.d.ts"), written.stdout);

    const browser = await chromium.launch({ executablePath: CHROME, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      await page.goto(origin);
      await page.locator("output:not(:empty)").textContent({ timeout: 30_000 });
      await page.evaluate(() => Object.assign(window, { isOld: true }));
      edit(renamed("hits"));
      await typesHave("hits");
      await page.waitForFunction(() => !("isOld" in window), undefined, { timeout: 30_000 });
    } finally {
      await browser.close();
    }

    const before = read("src/flags.d.ts");
    edit(() => "{ no snapshot");
    await sleep(1000);
    assert.equal(read("src/flags.d.ts"), before);
    edit(renamed("found"));
    await typesHave("found");
    await end();
  });

  it("writes before a build, and is no part of what is built", () => {
    edit(renamed("built"));
    project.run("build");
    assert.match(read("src/flags.d.ts"), /readonly "built": /);
    const scripts = readdirSync(file("dist/assets")).filter((name) => name.endsWith(".js"));
    for (const name of scripts) assert.doesNotMatch(read(`dist/assets/${name}`), /full-reload|runTidegate/);
  });

  it("fails a build whose snapshot is refused, and says why", () => {
    edit(() => "{ no snapshot");
    const { status, stderr } = spawnSync("npx", ["vite", "build"], { cwd: project.folder, encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(stderr, /INVALID_JSON/);
    assert.match(stderr, /the snapshot `public\/snapshot\.json` is refused/);
    assert.match(read("src/flags.d.ts"), /readonly "built": /);
  });

  it("fits Vite's own types", () => {
    const compilerOptions = { target: "ES2022", module: "NodeNext", strict: true, noEmit: true, types: [] };
    const options = {
      compilerOptions: { ...compilerOptions, lib: ["ES2022", "DOM"], skipLibCheck: true },
      files: ["vite.config.ts"],
    };
    writeFileSync(file("tsconfig.json"), JSON.stringify(options));
    const { status, stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), ["--project", project.folder], {
      encoding: "utf8",
    });
    assert.equal(status, 0, stdout);
  });
});
