// Delivery from a real server on loopback: what is fetched, and how often.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Tidegate } from "tidegate";
import { connect } from "tidegate/delivery";
import { answers, codes, FIRST, run, SECOND, server, start } from "./delivering.mjs";
import { pause, until } from "./publisher.mjs";

describe("connect", () => {
  it("resolves with the first snapshot, fresh", async () => {
    const before = Date.now();
    const { delivery, tide, failed } = await start({ interval: 0 });
    assert.equal(tide instanceof Tidegate, true);
    assert.deepEqual(answers(tide), [true, false]);
    const { confirmedAt, ...status } = delivery.status;
    assert.deepEqual(status, { state: "fresh", revision: "r1" });
    assert.ok(confirmedAt >= before && confirmedAt <= Date.now());
    await pause(60);
    assert.equal(server.count, 1, "nobody asks by himself");
    assert.deepEqual(failed, []);
  });

  it("takes options of the Tidegate, and headers of the caller", async () => {
    const exposed = [];
    const tidegate = { exposures: "all", onExposure: ({ variant }) => exposed.push(variant) };
    const { tide } = await start({ tidegate, headers: { authorization: "Bearer x" } });
    assert.equal(tide.boolean("a", false, { targetingKey: "u" }), true);
    assert.deepEqual(exposed, ["on"]);
    assert.equal(server.asked[0].headers.authorization, "Bearer x");
  });

  it("refuses options that mean nothing", async () => {
    for (const [options, message] of [
      [{ url: "flags" }, /`url` is `flags`: expected an absolute URL/],
      [{ url: "file:///flags.json" }, /`url` is `file:/],
      [{ interval: -1 }, /`interval` is `-1`: expected a number/],
      [{ timeout: Number.NaN }, /`timeout` is `NaN`/],
      [{ jitter: 2 }, /`jitter` is `2`: expected a share/],
      [{ events: "ftp://a" }, /`events` is `ftp/],
    ]) {
      const refused = { name: "TidegateError", code: "INVALID_ARGUMENT", message };
      await assert.rejects(connect(Tidegate, { url: server.url, ...options }), refused);
    }
    const { delivery } = await start();
    assert.throws(() => delivery.on("update", () => {}), { code: "INVALID_ARGUMENT", message: /`updated`/ });
  });

  it("answers with fallbacks where there is nothing to decide with, until there is", async () => {
    const act = (response) => response.writeHead(503).end();
    server.always = act;
    const began = performance.now();
    const { delivery, tide } = await start({ timeout: 100 });
    assert.ok(performance.now() - began >= 95, "it tries again while it may wait");
    assert.ok(server.count > 1);
    assert.equal(delivery.status.state, "failed");
    assert.match(delivery.status.error.message, /answered with status 503/);
    const { errorCode, errorMessage } = tide.decide("a");
    assert.deepEqual([errorCode, errorMessage], ["PROVIDER_NOT_READY", "no snapshot has been loaded yet"]);
    assert.deepEqual(answers(tide), [false, false]);
    assert.deepEqual(tide.values(), {});
    const changes = [];
    tide.on("change", (keys) => changes.push(keys));
    server.always = undefined;
    await until(() => delivery.status.state === "fresh");
    assert.deepEqual(answers(tide), [true, false]);
    assert.deepEqual(changes, [["a"]]);
    assert.equal(delivery.status.error, undefined);
  });

  it("does not wait for what won't come", async () => {
    for (const act of [
      (response) => response.writeHead(404).end(),
      (response) => response.writeHead(200).end("<!doctype html>"),
    ]) {
      server.next = [act];
      const began = performance.now();
      const { delivery } = await start({ timeout: 4000, retryAfter: 60_000, retryAtMost: 60_000 });
      assert.ok(performance.now() - began < 2000);
      assert.equal(delivery.status.state, "failed");
    }
  });

  it("begins with what came along, and waits for nothing", async () => {
    server.always = () => {};
    const { delivery, tide } = await start({ initial: FIRST });
    assert.equal(delivery.status.state, "stored");
    assert.deepEqual(answers(tide), [true, false]);
  });

  it("rejects where the module can't be had", () => {
    const program = `
      import { Tidegate } from "tidegate";
      import { connect } from "tidegate/delivery";
      const said = await connect(Tidegate, { url: "${server.url}" }).catch(({ code }) => code);
      console.log(said);
    `;
    assert.equal(run(program, "--jitless", "--disable-warning=ExperimentalWarning").trim(), "WASM_UNAVAILABLE");
  });

  it("ends by a signal", async () => {
    const controller = new AbortController();
    const { delivery } = await start({ signal: controller.signal });
    controller.abort();
    assert.equal(await delivery.refresh(), false);
    const ended = await start({ signal: controller.signal });
    assert.equal(ended.delivery.status.state, "waiting");
  });
});

describe("polling", () => {
  it("asks with what it has, and updates in place when there is another", async () => {
    const { delivery, tide, failed } = await start();
    const told = [];
    delivery.on("updated", ({ revision }) => told.push(revision));
    delivery.on("confirmed", (at) => told.push(typeof at));
    const changes = [];
    tide.on("change", (keys) => changes.push(keys));
    await until(() => server.count >= 3);
    assert.equal(server.asked[0].headers["if-none-match"], undefined);
    assert.equal(server.asked[2].headers["if-none-match"], server.etag);
    assert.ok(told.length > 0 && told.every((news) => news === "number"));
    server.snapshot = SECOND;
    await until(() => delivery.status.revision === "r2");
    assert.deepEqual(answers(tide), [false, true]);
    assert.ok(told.includes("r2"));
    assert.deepEqual(changes, [["a", "b"]]);
    assert.deepEqual(failed, []);
  });

  it("takes what is served again, without a condition, for the same", async () => {
    server.always = (response) => response.end(server.body);
    const { delivery } = await start({ interval: 0 });
    const told = [];
    delivery.on("updated", ({ revision }) => told.push(revision));
    assert.equal(await delivery.refresh(), true);
    assert.deepEqual(told, []);
    server.snapshot = SECOND;
    assert.equal(await delivery.refresh(), true);
    assert.deepEqual(told, ["r2"]);
  });

  it("spreads its questions around the interval", async () => {
    for (const [random, least, most] of [
      [() => 0, 55, 300],
      [() => 1, 535, 2000],
    ]) {
      const before = server.count;
      const { delivery } = await start({ interval: 300, jitter: 0.8, random });
      await until(() => server.count >= before + 3);
      // The first took the start-up's time as well.
      const [, second, third] = server.asked.slice(before).map(({ at }) => at);
      assert.ok(third - second >= least && third - second <= most, `${third - second} ms`);
      delivery.close();
    }
  });

  it("backs off while the server is in trouble, and keeps deciding", async () => {
    const { delivery, tide, failed } = await start({ interval: 10, retryAfter: 40, retryAtMost: 200 });
    server.always = (response) => response.writeHead(500).end("no");
    await until(() => failed.length >= 5);
    const times = server.asked.slice(-5).map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - times[index]);
    // Three quarters of 40, 80, 160, 200, with what a busy machine adds.
    for (const [index, least] of [29, 59, 119, 149].entries()) assert.ok(gaps[index] >= least, gaps.join(", "));
    assert.ok(gaps[3] < 1000);
    assert.deepEqual(new Set(codes(failed)), new Set(["FETCH_FAILED"]));
    assert.match(failed[0].message, /^`http:.*\/snapshot\.json` answered with status 500$/);
    assert.deepEqual(answers(tide), [true, false]);
    assert.equal(delivery.status.state, "fresh", "it was confirmed a moment ago");
    assert.equal(delivery.status.error, failed.at(-1));
  });

  it("is stale when it was not confirmed for long enough, and fresh again when it is", async () => {
    const { delivery, tide } = await start({ staleAfter: 100 });
    const states = [];
    delivery.on("status", ({ state }) => states.push(state));
    server.always = (response) => response.destroy();
    await until(() => states.length > 0);
    assert.deepEqual(answers(tide), [true, false]);
    server.always = undefined;
    await until(() => states.length > 1);
    assert.deepEqual(states, ["stale", "fresh"]);
  });

  it("leaves a server alone that asks for it, by its own clock", async () => {
    const wrong = new Date("2001-01-01T00:00:00Z");
    const later = new Date(wrong.getTime() + 1000);
    for (const headers of [{ "retry-after": "1" }, { date: wrong.toUTCString(), "retry-after": later.toUTCString() }]) {
      const { delivery, failed } = await start();
      server.next = [(response) => response.writeHead(429, headers).end()];
      await until(() => failed.length > 0);
      const before = server.count;
      const began = performance.now();
      await until(() => server.count > before);
      const waited = performance.now() - began;
      assert.ok(waited > 900 && waited < 3000, `${waited} ms`);
      delivery.close();
    }
  });

  it("asks once at a time, and only where it is old enough", async () => {
    const { delivery } = await start({ interval: 0 });
    assert.equal(await delivery.refresh({ olderThan: 60_000 }), true);
    assert.equal(server.count, 1);
    const [one, two] = [delivery.refresh(), delivery.refresh()];
    assert.equal(await one, true);
    assert.equal(await two, true);
    assert.equal(server.count, 2);
    server.next = [(response) => response.writeHead(500).end()];
    assert.equal(await delivery.refresh(), false);
  });
});

describe("close", () => {
  it("ends requests, timers and listeners, and leaves the Tidegate deciding", async () => {
    const { delivery, tide } = await start();
    let dropped = false;
    server.always = (response) =>
      response.on("close", () => {
        dropped = true;
      });
    const told = [];
    delivery.on("failed", (error) => told.push(error));
    const before = server.count;
    await until(() => server.count > before);
    delivery[Symbol.dispose]();
    await until(() => dropped);
    await pause(60);
    assert.equal(server.count, before + 1);
    assert.deepEqual(told, []);
    assert.deepEqual(answers(tide), [true, false]);
    delivery.close();
  });

  it("comes by itself when the Tidegate is disposed of", async () => {
    const { delivery, tide } = await start();
    tide.dispose();
    server.snapshot = SECOND;
    await until(async () => !(await delivery.refresh()));
    const before = server.count;
    await pause(80);
    assert.equal(server.count, before);
  });

  it("isn't needed for a process to end", () => {
    // A server of its own: this process waits for the other one.
    const program = `
      import { createServer } from "node:http";
      import { Tidegate } from "tidegate";
      import { connect } from "tidegate/delivery";
      const server = createServer((_, response) => response.end('${JSON.stringify(FIRST)}')).listen(0, async () => {
        const url = "http://127.0.0.1:" + server.address().port;
        const delivery = await connect(Tidegate, { url, interval: 50_000 });
        console.log(delivery.status.state);
        server.closeAllConnections();
        server.close();
      });
    `;
    const began = performance.now();
    assert.equal(run(program).trim(), "fresh");
    assert.ok(performance.now() - began < 10_000);
  });
});
