// The packed package in Node: what is in it, its slim form, and the vectors through OpenFeature's SDKs. Through its own API
// the vectors are run in every runtime: see tests/runtimes.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { OpenFeature as Server } from "@openfeature/server-sdk";
import { OpenFeature as Web } from "@openfeature/web-sdk";
import { compiler } from "./compile.mjs";
import { install, vectors } from "./tarball.mjs";

const folder = install("node");
const installed = join(folder, "node_modules/tidegate");
const load = (entry) => import(pathToFileURL(createRequire(join(folder, "user.mjs")).resolve(entry)).href);

describe("the tarball", () => {
  it("holds the entries, the module, the declarations and nothing that was not meant to be there", () => {
    const templates = readdirSync(join(installed, "templates"), { recursive: true, withFileTypes: true });
    assert.deepEqual(
      templates
        .filter((file) => file.isFile())
        .map(({ name }) => name)
        .sort(),
      ["README.md", "index.html", "package.json", "visitor.js", "worker.js", "wrangler.jsonc"],
    );
    const files = readdirSync(installed, { withFileTypes: true }).concat(
      readdirSync(join(installed, "dist"), { recursive: true, withFileTypes: true }),
    );
    const names = files.filter((file) => file.isFile()).map((file) => file.name);
    const strange = names.filter(
      (name) =>
        !/\.js$|\.d\.ts$|^tidegate(_slim)?_bg\.wasm$|^tidegate\.wasm$|^tidegate_bg\.d\.wasm\.ts$|^((package|schema)\.json|README\.md|LICENSE)$/.test(
          name,
        ),
    );
    assert.deepEqual(strange, []);
    for (const name of [
      "tidegate_bg.wasm",
      "tidegate_slim_bg.wasm",
      "tidegate.wasm",
      "README.md",
      "LICENSE",
      "package.json",
      "schema.json",
    ])
      assert.ok(names.includes(name), name);
  });

  it("has every file that its package.json names", () => {
    const { bin, exports, sideEffects, types } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    const targets = Object.values(exports).flatMap((entry) =>
      typeof entry === "string" ? entry : Object.values(entry),
    );
    for (const target of [...targets, ...Object.values(bin), ...sideEffects, types]) {
      const [start, end] = basename(target).split("*");
      const folder = join(installed, dirname(target));
      const named = readdirSync(folder).filter((name) =>
        end === undefined ? name === start : name.startsWith(start) && name.endsWith(end),
      );
      assert.ok(named.length > 0 && named.every((name) => readFileSync(join(folder, name)).length > 0), target);
    }
  });

  it("reads files in the node entries, the store in files, the command and the plugin for Vite alone", () => {
    const dist = join(installed, "dist");
    const reading = readdirSync(dist, { recursive: true }).filter(
      (name) => name.endsWith(".js") && /["']node:/.test(readFileSync(join(dist, name), "utf8")),
    );
    const command = ["index.js", "main.js"].map((name) => join("command", name));
    assert.deepEqual(reading.sort(), [...command, "delivery-file.js", "node.js", join("slim", "node.js"), "vite.js"]);
  });

  it("can be required", () => {
    const { Tidegate } = createRequire(join(folder, "user.cjs"))("tidegate");
    assert.equal(Tidegate.fixed({ a: true }).boolean("a", false), true);
  });
});

describe("tidegate/slim", () => {
  const json = { schemaVersion: 1, revision: "1", flags: {} };

  it("says that it reads no JSON", async () => {
    const { Tidegate } = await load("tidegate/slim");
    await assert.rejects(Tidegate.load(json), {
      name: "TidegateError",
      code: "NOT_COMPILED",
      message: /`tidegate compile`/,
    });
  });

  it("says where explanations are", async () => {
    const { Tidegate } = await load("tidegate/slim");
    const tide = await Tidegate.load(compiler()(json));
    const refusal = { name: "TidegateError", code: "NOT_IN_SLIM", message: /import `tidegate`/ };
    assert.throws(() => tide.explain("a"), refusal);
    assert.throws(() => tide.for({}).explain("a"), refusal);
  });

  it("decides behind OpenFeature's SDK", async () => {
    const { Tidegate } = await load("tidegate/slim");
    const { TidegateProvider } = await load("tidegate/openfeature-server");
    const on = { type: "boolean", variants: { on: true, off: false }, off: "off", default: "on" };
    const tide = await Tidegate.load(compiler()({ ...json, flags: { on } }));
    await Server.setProviderAndWait("slim", new TidegateProvider(tide));
    assert.equal(await Server.getClient("slim").getBooleanValue("on", false), true);
  });

  it("takes the module from the caller", () => {
    // In a process of its own: the entries share the instance of the module.
    const script = `
      import { readFileSync } from "node:fs";
      import { Tidegate } from "tidegate/slim/module";
      const said = await Tidegate.init().catch(({ code, message }) => code + ": " + message);
      await Tidegate.init(readFileSync(new URL(import.meta.resolve("tidegate/tidegate_slim_bg.wasm"))));
      console.log(said, new Tidegate(readFileSync("snapshot.tide")).revision);
    `;
    writeFileSync(join(folder, "snapshot.tide"), compiler()(json));
    writeFileSync(join(folder, "brought.mjs"), script);
    const printed = execFileSync(process.execPath, ["brought.mjs"], { cwd: folder, encoding: "utf8" });
    assert.match(printed, /^NOT_INITIALISED: .*`tidegate\/tidegate_slim_bg\.wasm`.* 1\n$/);
  });
});

for (const [sdk, api, entry] of [
  ["server", Server, "tidegate/openfeature-server"],
  ["web", Web, "tidegate/openfeature-web"],
]) {
  describe(`the vectors through OpenFeature's ${sdk} SDK`, () => {
    for (const [name, text] of vectors()) {
      const { snapshot, cases, contexts } = JSON.parse(text);
      // The others are about documents, or have more questions than the SDK is quick, or latch rollbacks from one to the next.
      if (snapshot === undefined || contexts !== undefined || snapshot.alarms !== undefined) continue;
      it(name, async () => {
        const { TidegateProvider } = await load(entry);
        let instant = 0;
        await api.setProviderAndWait(name, new TidegateProvider(snapshot, { now: () => instant }));
        const client = api.getClient(name);
        // The SDKs know nothing of what a host says, nor of namespaces.
        const asked = cases.filter(({ host, namespace }) => host === undefined && namespace === undefined);
        for (const { name: question, flag, context, now = 0, expect } of asked) {
          instant = now;
          const details = await evaluate(api, client, name, flag, context, expect.value);
          const { value, variant, reason, errorCode } = details;
          const { rule, holdout, wouldBe, ...expected } = expect;
          const found = { ...(errorCode ? { errorCode } : { value, variant }), reason };
          assert.deepEqual(JSON.parse(JSON.stringify(found)), expected, question);
        }
      });
    }
  });
}

async function evaluate(api, client, domain, flag, context, value) {
  const type = { boolean: "Boolean", string: "String", number: "Number" }[typeof value] ?? "Object";
  const method = `get${type}Details`;
  const fallback = { boolean: false, string: "", number: 0 }[typeof value] ?? {};
  if (api === Server) return client[method](flag, fallback, context);
  await Web.setContext(domain, context);
  return client[method](flag, fallback);
}
