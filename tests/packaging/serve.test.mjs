// `tidegate serve`, asked by the packed package and by hand.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { until } from "../../pkg-template/tests/publisher.mjs";
import { install, root } from "./tarball.mjs";

const folder = install("serve");
const file = join(folder, "snapshot.json");
const FLAG = { type: "boolean", variants: { on: true, off: false }, off: "off", default: "on" };
const write = (revision, flag) =>
  writeFileSync(file, JSON.stringify({ schemaVersion: 1, revision, flags: { a: { ...FLAG, ...flag } } }));

let server;
let said = "";
let origin;

/** Asks with headers that `fetch` doesn't let one choose. */
function ask(path, headers = {}, method = "GET") {
  return new Promise((resolve, reject) => {
    const asked = request(`${origin}${path}`, { method, headers }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    asked.on("error", reject).end();
  });
}

describe("tidegate serve", () => {
  before(async () => {
    execFileSync("cargo", ["build", "--quiet", "--package", "tidegate-cli"], { cwd: root, stdio: "inherit" });
    write("r1", {});
    mkdirSync(join(folder, "page"));
    writeFileSync(join(folder, "page/index.html"), "<!doctype html>");
    const args = ["serve", file, "--port", "0", "--allow-origin", "http://shop.test", "--page", join(folder, "page")];
    server = spawn(join(root, "target/debug/tidegate"), args, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [server.stdout, server.stderr]) stream.on("data", (text) => (said += text));
    await until(() => said.includes("Ctrl-C"), "the address is told");
    [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
  });

  after(() => server?.kill());

  it("serves both forms with strong tags, and says when one is known", async () => {
    for (const [path, type] of [
      ["/snapshot.json", "application/json"],
      ["/snapshot.tide", "application/octet-stream"],
    ]) {
      const { status, headers, body } = await ask(path);
      assert.deepEqual([status, headers["content-type"], headers["cache-control"]], [200, type, "no-cache"]);
      assert.match(headers["etag"], /^"[0-9a-f]{32}"$/);
      assert.equal(headers["tidegate-events"], "/events");
      if (path === "/snapshot.json") assert.deepEqual(body, readFileSync(file));
      const head = await ask(path, {}, "HEAD");
      assert.deepEqual([head.status, head.headers["content-length"], head.body.length], [200, `${body.length}`, 0]);
      const known = await ask(path, { "if-none-match": `"x", ${headers["etag"]}` });
      assert.deepEqual([known.status, known.body.length, known.headers["etag"]], [304, 0, headers["etag"]]);
      assert.equal((await ask(path, { "if-none-match": '"x"' })).status, 200);
    }
    assert.equal((await ask("/snapshot.json", {}, "POST")).status, 405);
    assert.equal((await ask("/nothing")).status, 404);
    assert.equal((await ask("/")).body.toString(), "<!doctype html>");
  });

  it("answers this machine's own names alone", async () => {
    assert.equal((await ask("/snapshot.json", { host: "localhost:1" })).status, 200);
    for (const path of ["/snapshot.json", "/events", "/"])
      assert.equal((await ask(path, { host: "evil.example" })).status, 421, path);
  });

  it("lets pages from here read, and those of the origin given", async () => {
    const allowed = async (origin) => (await ask("/snapshot.json", { origin })).headers["access-control-allow-origin"];
    assert.equal(await allowed("http://localhost:5173"), "http://localhost:5173");
    assert.equal(await allowed("http://shop.test"), "http://shop.test");
    assert.equal(await allowed("https://evil.example"), undefined);
    const preflight = await ask(
      "/snapshot.json",
      {
        origin: "http://localhost:5173",
        "access-control-request-method": "GET",
        "access-control-request-headers": "if-none-match",
      },
      "OPTIONS",
    );
    assert.equal(preflight.headers["access-control-allow-headers"], "if-none-match");
    const { headers } = await ask("/snapshot.json", { origin: "http://localhost:5173" });
    assert.equal(headers["access-control-expose-headers"], "etag,tidegate-events");
  });

  it("is what the package connects to: changes arrive, and what is wrong doesn't", async () => {
    const load = (entry) => import(pathToFileURL(createRequire(join(folder, "user.mjs")).resolve(entry)).href);
    const { Tidegate } = await load("tidegate");
    const { connect } = await load("tidegate/delivery");
    const delivery = await connect(Tidegate, { url: `${origin}/snapshot.json`, interval: 600_000 });
    try {
      const { tide } = delivery;
      assert.equal(tide.boolean("a", false), true);
      write("r2", { default: "off" });
      await until(() => tide.decide("a").revision === "r2");
      assert.equal(tide.boolean("a", true), false);
      // A revision that was left as it is.
      write("r2", { default: "on" });
      await until(() => tide.boolean("a", false));
      writeFileSync(file, '{"schemaVersion": 1, "revision": "r3", "flags": {"a": {}}}');
      await until(() => said.includes("still serving revision r2, 1 flag"));
      assert.match(said, /MISSING_FIELD at \/flags\/a/);
      assert.equal(JSON.parse((await ask("/snapshot.json")).body).revision, "r2");
      write("r4", {});
      await until(() => tide.decide("a").revision === "r4");
    } finally {
      delivery.close();
    }
  });
});
