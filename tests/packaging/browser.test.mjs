// The packed package in headless Chromium, unbundled: how the module is obtained, and what is said where it is not.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { chromium } from "playwright-core";
import { compiler } from "./compile.mjs";
import { install, root } from "./tarball.mjs";

const CHROME = process.env["CHROME"] ?? "/usr/bin/chromium";
const TYPES = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};
const SNAPSHOT = readFileSync(join(root, "examples/snapshot.json"), "utf8");
const WORKER = `
  import { Tidegate } from "./browser.js";
  const tide = await Tidegate.load("/snapshot.json");
  postMessage(tide.decide("cart-v2", {}).reason);
`;

/** What differs between the folders that the same files are served from. */
const FOLDERS = {
  good: {},
  mime: { wasm: "application/octet-stream" },
  charset: { wasm: "application/wasm; charset=utf-8" },
  html: { page: true },
  absent: { status: 404 },
};

/** The first folder of a page's path tells which policy it is under. */
const POLICIES = {
  strict: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
  stricter: "default-src 'self'; script-src 'self'",
};

let compiled;
let server;
let origin;
let browser;

function serve(dist) {
  return ({ url }, response) => {
    const [, folder, ...rest] = url.split("/");
    const file = rest.join("/");
    const answer = (type, body, status = 200, headers = {}) =>
      response.writeHead(status, { "content-type": type, ...headers }).end(body);
    if (folder in POLICIES) {
      return answer("text/html", "<!doctype html>", 200, { "content-security-policy": POLICIES[folder] });
    }
    if (folder === "favicon.ico") return answer("image/x-icon", "");
    if (folder === "any-route") return answer("text/html", "<!doctype html><title>All routes</title>");
    if (folder === "snapshot.tide") return answer("application/octet-stream", compiled);
    if (folder === "snapshot.json") return answer("application/json", SNAPSHOT);
    if (file === "worker.js") return answer("text/javascript", WORKER);
    const given = FOLDERS[folder];
    if (given === undefined || !existsSync(join(dist, file))) return answer("text/plain", "", 404);
    const type = TYPES[/\.\w+$/.exec(file)[0]];
    if (type !== TYPES[".wasm"]) return answer(type, readFileSync(join(dist, file)));
    if (given.page) return answer("text/html", "<!doctype html><title>All routes</title>");
    if (given.status) return answer("text/plain", "", given.status);
    return answer(given.wasm ?? type, readFileSync(join(dist, file)));
  };
}

function launch(...flags) {
  return chromium.launch({ executablePath: CHROME, args: ["--no-sandbox", ...flags] });
}

function assertRefused({ typed, code, message, served }, expected, advice) {
  assert.equal(typed, true);
  assert.equal(code, expected);
  assert.match(message, advice);
  assert.deepEqual(served, [true, "plain", true]);
}

/** Imports the package from a folder in a page, and answers what loading came to and what the console heard. */
async function load(policy, folder, { entry = "browser", snapshot = "/snapshot.json", within = browser } = {}) {
  const page = await within.newPage();
  const heard = [];
  page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => heard.push(String(error)));
  await page.goto(`${origin}/${policy}/`);
  const result = await page.evaluate(
    async ([url, snapshot]) => {
      const { Tidegate, TidegateError } = await import(url);
      try {
        const tide = await Tidegate.load(snapshot);
        return { reason: tide.decide("cart-v2", {}).reason };
      } catch (error) {
        // As a page goes on that could not load: known values where it has some, its fallbacks elsewhere.
        const tide = Tidegate.fixed({ known: true });
        const served = [tide.boolean("known", false), tide.string("theme", "plain"), tide.boolean("cart-v2", true)];
        return { typed: error instanceof TidegateError, code: error.code, message: error.message, served };
      }
    },
    [`/${folder}/${entry}.js`, snapshot],
  );
  await page.close();
  return { ...result, heard };
}

describe("the package in a browser", { skip: existsSync(CHROME) ? false : `there is no ${CHROME}: set CHROME` }, () => {
  before(async () => {
    compiled = compiler()(new TextEncoder().encode(SNAPSHOT));
    server = createServer(serve(join(install("browser"), "node_modules/tidegate/dist")));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${server.address().port}`;
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  it("decides under a strict policy, in silence", async () => {
    const { reason, heard } = await load("strict", "good");
    assert.equal(reason, "DEFAULT");
    assert.deepEqual(heard, []);
  });

  it("decides with the module as text", async () => {
    const { reason, message, heard } = await load("strict", "absent", { entry: "inline" });
    assert.equal(reason, "DEFAULT", message);
    assert.deepEqual(heard, []);
  });

  it("decides a compiled snapshot with the slim module", async () => {
    const { reason, message, heard } = await load("strict", "good", {
      entry: "slim/browser",
      snapshot: "/snapshot.tide",
    });
    assert.equal(reason, "DEFAULT", message);
    assert.deepEqual(heard, []);
  });

  for (const [folder, type] of [
    ["mime", "application/octet-stream"],
    ["charset", "application/wasm; charset=utf-8"],
  ]) {
    it(`decides, and warns once, where the module's type is ${type}`, async () => {
      const { reason, message, heard } = await load("strict", folder);
      assert.equal(reason, "DEFAULT", message);
      assert.equal(heard.length, 1);
      const [warning] = heard;
      assert.match(warning, /^warning: tidegate: .*tidegate_bg\.wasm is served as /);
      assert.ok(warning.includes(`"${type}"; serve it as "application/wasm"`), warning);
    });
  }

  it("says that a page was found in the module's place, and serves fallbacks", async () => {
    const refused = await load("strict", "html");
    assertRefused(refused, "WASM_UNAVAILABLE", /tidegate_bg\.wasm` is an HTML page .*: serve that file there/);
    assert.deepEqual(refused.heard, []);
  });

  it("says that a page was found in the snapshot's place, and serves fallbacks", async () => {
    const refused = await load("strict", "good", { snapshot: "/any-route" });
    assertRefused(
      refused,
      "NOT_JSON_HTML",
      /HTML page, expected a JSON snapshot \(in `\/any-route`\): serve the snapshot/,
    );
    assert.deepEqual(refused.heard, []);
  });

  it("says that the module is not there, and serves fallbacks", async () => {
    const refused = await load("strict", "absent");
    assertRefused(refused, "FETCH_FAILED", /tidegate_bg\.wasm` answered with status 404: serve the module/);
  });

  it("says what a policy that forbids WebAssembly has to allow, and serves fallbacks", async () => {
    assertRefused(await load("stricter", "good"), "WASM_UNAVAILABLE", /allow 'wasm-unsafe-eval' in .*`script-src`/);
  });

  it("says that there is no WebAssembly, and serves fallbacks", async () => {
    const without = await launch("--js-flags=--jitless");
    try {
      const refused = await load("strict", "good", { within: without });
      assertRefused(refused, "WASM_UNAVAILABLE", /has no WebAssembly .*: answer with fallbacks/);
      assert.deepEqual(refused.heard, []);
    } finally {
      await without.close();
    }
  });

  it("decides in a dedicated worker", async () => {
    const page = await browser.newPage();
    await page.goto(`${origin}/strict/`);
    const reason = await page.evaluate(
      (url) =>
        new Promise((resolve, reject) => {
          const worker = new Worker(url, { type: "module" });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
        }),
      "/good/worker.js",
    );
    assert.equal(reason, "DEFAULT");
    await page.close();
  });
});
