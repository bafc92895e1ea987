// A server that misbehaves, on loopback: whatever it does, the last good snapshot decides.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { TidegateError } from "tidegate";
import { answers, FIRST, SECOND, server, start } from "./delivering.mjs";
import { until } from "./publisher.mjs";

describe("a server that misbehaves", () => {
  /** Fails once in the given way, and answers what the failure was. */
  async function failure(act, more = {}) {
    server.snapshot = FIRST;
    const { delivery, tide, failed } = await start({ interval: 0, ...more });
    server.snapshot = SECOND;
    server.next = Array.isArray(act) ? act : [act];
    assert.equal(await delivery.refresh(), false);
    assert.deepEqual(answers(tide), [true, false], "the last good one decides");
    assert.equal(delivery.status.revision, "r1");
    assert.equal(failed.length, 1);
    assert.equal(failed[0] instanceof TidegateError, true, "of whichever bundle");
    // Nothing of it lasts.
    server.next = [];
    assert.equal(await delivery.refresh(), true);
    assert.deepEqual(answers(tide), [false, true]);
    return failed[0];
  }

  const half = (response) => response.write(server.body.subarray(0, 20));

  it("is slow to answer, or in the middle", async () => {
    for (const act of [
      () => {},
      (response) => {
        response.writeHead(200);
        half(response);
      },
    ]) {
      const began = performance.now();
      const { code, message } = await failure(act, { requestTimeout: 600 });
      assert.ok(performance.now() - began < 4000);
      assert.equal(code, "FETCH_FAILED");
      assert.match(message, /was not there after 600 ms/);
    }
  });

  it("is cut off in the middle", async () => {
    const cut = (headers) => (response) => {
      response.writeHead(200, headers);
      half(response);
      setTimeout(() => response.destroy(), 20);
    };
    assert.equal((await failure(cut({}))).code, "FETCH_FAILED");
    assert.equal((await failure(cut({ "content-length": server.body.length }))).code, "FETCH_FAILED");
    // Without a length, and ended by closing, a body looks whole; its text doesn't.
    const silently = (response) => {
      response.socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${server.body.subarray(0, 20)}`);
    };
    assert.equal((await failure(silently)).code, "INVALID_JSON");
  });

  it("says another length than it sends", async () => {
    const raw = (more) => (response) => {
      const length = server.body.length + more;
      response.socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n${server.body}`);
    };
    assert.equal((await failure(raw(5))).code, "FETCH_FAILED");
    const { code } = await failure(raw(-20));
    assert.ok(["FETCH_FAILED", "INVALID_JSON"].includes(code), code);
  });

  it("answers 304 to a request without a condition", async () => {
    server.next = [(response, request) => server.serve(response, request)];
    server.headers = {};
    const { delivery, failed, tide } = await start({ interval: 0, initial: FIRST, url: `${server.url}?untagged` });
    await delivery.refresh();
    server.always = (response) => response.writeHead(200).end(JSON.stringify(SECOND));
    await delivery.refresh();
    assert.deepEqual(answers(tide), [false, true], "it came without an ETag");
    server.always = (response) => response.writeHead(304).end();
    assert.equal(await delivery.refresh(), false);
    assert.match(failed.at(-1).message, /status 304 to a request without a condition/);
    assert.deepEqual(answers(tide), [false, true]);
  });

  it("sends the client elsewhere, or in circles", async () => {
    const { delivery, tide } = await start({ interval: 0 });
    server.snapshot = SECOND;
    server.next = [(response) => response.writeHead(302, { location: "/snapshot-moved.json" }).end()];
    assert.equal(await delivery.refresh(), true);
    assert.deepEqual(answers(tide), [false, true]);
    assert.equal(server.asked.at(-1).path, "/snapshot-moved.json");
    delivery.close();
    const circle = (response) => response.writeHead(302, { location: "/snapshot.json" }).end();
    const { code, message } = await failure(Array(40).fill(circle));
    assert.equal(code, "FETCH_FAILED");
    assert.match(message, /redirect/);
  });

  it("sends what is no snapshot", async () => {
    for (const [body, expected] of [
      ["<!doctype html><title>Sign in</title>", "NOT_JSON_HTML"],
      ["", "INVALID_JSON"],
      ['{"schemaVersion":9,"revision":"x","flags":{}}', "UNSUPPORTED_VERSION"],
      [JSON.stringify({ ...SECOND, sequence: 0 }), "OLDER_SEQUENCE"],
    ]) {
      assert.equal((await failure((response) => response.end(body))).code, expected);
    }
  });

  it("sends too much, announced or not, or packed", async () => {
    const large = JSON.stringify({ ...SECOND, revision: "x".repeat(100_000) });
    for (const act of [
      (response) => response.writeHead(200, { "content-length": large.length }).end(large),
      (response) => {
        response.writeHead(200);
        response.end(large);
      },
      (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(large)),
    ]) {
      const { code, message } = await failure(act, { maxBytes: 10_000 });
      assert.equal(code, "TOO_LARGE");
      assert.match(message, /where at most 10000 are taken/);
    }
  });

  it("packs well, or badly", async () => {
    for (const [encoding, pack] of [
      ["gzip", gzipSync],
      ["br", brotliCompressSync],
      ["deflate", deflateSync],
    ]) {
      server.always = (response) => response.writeHead(200, { "content-encoding": encoding }).end(pack(server.body));
      const { delivery, tide } = await start({ interval: 0 });
      assert.deepEqual(answers(tide), [true, false], encoding);
      delivery.close();
    }
    server.always = undefined;
    const torn = gzipSync(JSON.stringify(SECOND)).subarray(0, 60);
    const act = (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(torn);
    assert.ok(["FETCH_FAILED", "INVALID_JSON"].includes((await failure(act)).code));
  });

  it("lives in another time", async () => {
    server.headers = { date: "Mon, 01 Jan 1990 00:00:00 GMT", "last-modified": "Fri, 01 Jan 2100 00:00:00 GMT" };
    const { delivery, tide, failed } = await start();
    await until(() => server.count > 2);
    server.snapshot = SECOND;
    await until(() => delivery.status.revision === "r2");
    assert.equal(delivery.status.state, "fresh");
    assert.ok(Math.abs(delivery.status.confirmedAt - Date.now()) < 5000);
    assert.deepEqual(answers(tide), [false, true]);
    assert.deepEqual(failed, []);
  });
});
