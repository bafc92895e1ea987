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

/** Imports the package from a folder in a page, and answers what loading came to and what the console heard. */
async function load(policy, folder, entry = "browser", snapshot = "/snapshot.json") {
  const page = await browser.newPage();
  const heard = [];
  page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => heard.push(String(error)));
  await page.goto(`${origin}/${policy}/`);
  const result = await page.evaluate(
    async ([url, snapshot]) => {
      const { Tidegate } = await import(url);
      try {
        const tide = await Tidegate.load(snapshot);
        return { reason: tide.decide("cart-v2", {}).reason, fixed: Tidegate.fixed({ a: true }).boolean("a", false) };
      } catch ({ code, message }) {
        return { code, message, fixed: Tidegate.fixed({ a: true }).boolean("a", false) };
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
    browser = await chromium.launch({ executablePath: CHROME, args: ["--no-sandbox"] });
  });

  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  it("decides under a strict policy, in silence", async () => {
    const { reason, fixed, heard } = await load("strict", "good");
    assert.equal(reason, "DEFAULT");
    assert.equal(fixed, true);
    assert.deepEqual(heard, []);
  });

  it("decides with the module as text", async () => {
    const { reason, message, heard } = await load("strict", "absent", "inline");
    assert.equal(reason, "DEFAULT", message);
    assert.deepEqual(heard, []);
  });

  it("decides a compiled snapshot with the slim module", async () => {
    const { reason, message, heard } = await load("strict", "good", "slim/browser", "/snapshot.tide");
    assert.equal(reason, "DEFAULT", message);
    assert.deepEqual(heard, []);
  });

  it("decides, and warns once, where the module's type is wrong", async () => {
    const { reason, heard } = await load("strict", "mime");
    assert.equal(reason, "DEFAULT");
    assert.equal(heard.length, 1);
    assert.match(heard[0], /^warning: tidegate: .*tidegate_bg\.wasm.*"application\/octet-stream".*"application\/wasm"/);
  });

  it("says that a page was found in the module's place", async () => {
    const { code, message, fixed, heard } = await load("strict", "html");
    assert.equal(code, "WASM_UNAVAILABLE");
    assert.match(message, /tidegate_bg\.wasm` is an HTML page/);
    assert.equal(fixed, true);
    assert.deepEqual(heard, []);
  });

  it("says that the module is not there", async () => {
    const { code, message } = await load("strict", "absent");
    assert.equal(code, "FETCH_FAILED");
    assert.match(message, /tidegate_bg\.wasm` answered with status 404/);
  });

  it("says what a policy that forbids WebAssembly has to allow", async () => {
    const { code, message, fixed } = await load("stricter", "good");
    assert.equal(code, "WASM_UNAVAILABLE");
    assert.match(message, /'wasm-unsafe-eval'/);
    assert.equal(fixed, true);
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
