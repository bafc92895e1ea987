// React through OpenFeature's SDK, in headless Chromium: a page that starts from its server's decisions shows nothing else before
// its snapshot is there, and renders anew only where a flag changes.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, it } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { Tidegate } from "tidegate";

const CHROME = process.env["CHROME"] ?? "/usr/bin/chromium";
const skip = existsSync(CHROME) ? false : `there is no ${CHROME}: set CHROME`;
const here = fileURLToPath(new URL(".", import.meta.url));
const module = fileURLToPath(import.meta.resolve("tidegate/tidegate_bg.wasm"));

const flag = (value, rules = []) => ({
  type: "string",
  variants: { plain: "plain", chosen: value },
  off: "plain",
  default: "plain",
  rules,
});
const forPlus = [{ when: { attr: "plan", op: "eq", value: "plus" }, serve: "chosen" }];
const snapshot = (revision, headline, layout = "wide") => ({
  schemaVersion: 1,
  revision,
  flags: {
    headline: flag(headline, forPlus),
    layout: flag(layout, forPlus),
    untouched: flag("never shown"),
  },
});
const CONTEXT = { targetingKey: "u-1", plan: "plus" };

let browser;
let server;
let page;
const heard = [];

before(async () => {
  if (skip !== false) return;
  await Tidegate.init();
  const bundle = await build({
    absWorkingDir: here,
    entryPoints: ["app.mjs"],
    bundle: true,
    format: "esm",
    write: false,
    conditions: ["browser"],
    define: { "process.env.NODE_ENV": '"production"' },
    // The package is taken as it was built; its sources are resolved otherwise.
    tsconfigRaw: {},
    logLevel: "warning",
  });
  const files = {
    "/": ["text/html", "<!doctype html><link rel=icon href=data:,><title>Page</title><body></body>"],
    "/app.js": ["text/javascript", bundle.outputFiles[0].contents],
    "/tidegate_bg.wasm": ["application/wasm", readFileSync(module)],
  };
  server = createServer(({ url }, response) => {
    const [type, body] = files[url] ?? [];
    response.writeHead(type === undefined ? 404 : 200, { "content-type": type ?? "text/plain" }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await chromium.launch({ executablePath: CHROME, args: ["--no-sandbox"] });
  page = await browser.newPage();
  page.on("console", (message) => heard.push(message.text()));
  page.on("pageerror", (error) => heard.push(String(error)));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

it("a page shows its server's decisions until its own differ, and renders nothing else", { skip }, async () => {
  const bootstrap = new Tidegate(snapshot("r1", "hello")).bootstrap(CONTEXT);
  const started = await page.evaluate(
    async ([bootstrap, context]) => {
      const { start } = await import("/app.js");
      globalThis.life = await start(bootstrap, context);
      return globalThis.life.first;
    },
    [bootstrap, CONTEXT],
  );
  const first = { headline: ["hello"], layout: ["wide"], untouched: ["plain"] };
  assert.deepEqual(started, first);

  // The snapshot has moved on: one flag is decided otherwise, and that alone is rendered.
  const arrived = await page.evaluate((next) => globalThis.life.arrive(next), snapshot("r2", "welcome"));
  assert.deepEqual(arrived, { ...first, headline: ["hello", "welcome"] });
  const updated = await page.evaluate((next) => globalThis.life.update(next), snapshot("r3", "welcome", "narrow"));
  assert.deepEqual(updated, { headline: ["hello", "welcome"], layout: ["wide", "narrow"], untouched: ["plain"] });
  assert.deepEqual(await page.locator("p").allTextContents(), ["welcome", "narrow", "plain"]);
  assert.deepEqual(heard, []);
});
