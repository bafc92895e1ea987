// What is kept from one start to the next, in real files.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { fileStore } from "tidegate/delivery/file";
import { answers, codes, FIRST, place, run, SECOND, server, start } from "./delivering.mjs";
import { until } from "./publisher.mjs";
import { encode } from "./snapshots.mjs";

describe("a store", () => {
  it("has the next start decide at once, and ask with what it has", async () => {
    const file = place();
    const first = await start({ store: fileStore(file), interval: 0 });
    await first.delivery.refresh();
    first.delivery.close();
    server.always = () => {};
    const { delivery, tide } = await start({ store: fileStore(pathToFileURL(file)) });
    assert.equal(delivery.status.state, "stored");
    assert.equal(delivery.status.revision, "r1");
    assert.ok(delivery.status.confirmedAt > 0);
    assert.deepEqual(answers(tide), [true, false]);
    await until(() => server.asked.at(-1).headers["if-none-match"] === server.etag);
  });

  it("is stale when the server can't confirm it, and is confirmed without a body", async () => {
    const store = fileStore(place());
    const first = await start({ store, interval: 0 });
    await first.delivery.refresh();
    first.delivery.close();
    server.next = [(response) => response.destroy()];
    const { delivery, tide } = await start({ store, retryAfter: 200, retryAtMost: 200 });
    assert.deepEqual(answers(tide), [true, false]);
    await until(() => delivery.status.state === "stale");
    await until(() => delivery.status.state === "fresh");
    assert.equal(delivery.status.revision, "r1");
  });

  it("keeps what was good only", async () => {
    const file = place();
    const { delivery } = await start({ store: fileStore(file), interval: 0 });
    await delivery.refresh();
    const before = readFileSync(file);
    server.next = [(response) => response.end("{")];
    await delivery.refresh();
    server.next = [(response) => response.end(JSON.stringify({ ...SECOND, sequence: 0 }))];
    await delivery.refresh();
    assert.deepEqual(readFileSync(file), before);
    server.snapshot = SECOND;
    await delivery.refresh();
    const stored = await fileStore(file).get(server.url);
    assert.deepEqual(Buffer.from(stored.bytes), server.body);
    assert.equal(stored.etag, server.etag);
    assert.deepEqual(readdirSync(join(file, "..")), ["snapshot"], "nothing lies beside it");
  });

  it("is not trusted", async () => {
    const file = place();
    const store = fileStore(file);
    const good = { bytes: encode(SECOND), etag: '"x"', confirmedAt: 5 };
    await store.set(server.url, good);
    assert.deepEqual(await store.get(server.url), good);
    assert.equal(await store.get("http://127.0.0.1/other.json"), undefined);
    const whole = readFileSync(file);
    for (const content of [whole.subarray(0, -1), "", "{", "null\n{}", "[1]\n"]) {
      writeFileSync(file, content);
      assert.equal(await store.get(server.url), undefined);
    }
    // Sound to the store, and to nobody else.
    await store.set(server.url, { ...good, bytes: encode("{") });
    const { delivery, tide, failed } = await start({ store, interval: 0 });
    assert.deepEqual(codes(failed), ["INVALID_JSON"]);
    assert.deepEqual(answers(tide), [true, false]);
    assert.equal(server.asked.at(-1).headers["if-none-match"], undefined, "its ETag is worth nothing");
    await delivery.refresh();
    assert.deepEqual(Buffer.from((await store.get(server.url)).bytes), server.body);
  });

  it("may be ahead of the clock, and of the server", async () => {
    const store = fileStore(place());
    const confirmedAt = Date.now() + 1e10;
    await store.set(server.url, { bytes: encode(SECOND), etag: '"x"', confirmedAt });
    const { delivery, tide, failed } = await start({ store });
    assert.deepEqual(answers(tide), [false, true]);
    await until(() => failed.length > 1);
    assert.deepEqual(new Set(codes(failed)), new Set(["OLDER_SEQUENCE"]));
    assert.equal(delivery.status.state, "stale", "nobody has confirmed it");
    server.snapshot = { ...SECOND, sequence: 3 };
    await until(() => delivery.status.state === "fresh");
    assert.ok(delivery.status.confirmedAt < confirmedAt);
  });

  it("gives way to what came along where that is newer", async () => {
    const store = fileStore(place());
    await store.set(server.url, { bytes: encode(FIRST), confirmedAt: 1 });
    server.always = () => {};
    const { delivery, failed } = await start({ store, initial: SECOND });
    assert.equal(delivery.status.revision, "r2");
    assert.deepEqual(failed, []);
    await store.set(server.url, { bytes: encode({ ...FIRST, sequence: 9 }), confirmedAt: 1 });
    assert.equal((await start({ store, initial: SECOND })).delivery.status.revision, "r1");
  });

  it("that fails keeps nobody back, and is told of", async () => {
    const file = join(place(), "no", "folder");
    const { delivery, tide, failed } = await start({ store: fileStore(file), interval: 0 });
    assert.deepEqual(answers(tide), [true, false]);
    assert.equal(await delivery.refresh(), true);
    assert.ok(failed.length > 0);
    assert.equal(failed[0].code, "STORE_FAILED");
    assert.match(failed[0].message, /can't be written: .*ENOENT/);
    const never = { get: () => new Promise(() => {}), set: () => new Promise(() => {}) };
    const hung = await start({ store: never, interval: 0, requestTimeout: 100 });
    assert.deepEqual(answers(hung.tide), [true, false]);
    await hung.delivery.refresh();
    assert.match(hung.failed[0].message, /can't be read: that took longer than 100 ms/);
  });

  it("is written as a whole or not at all", () => {
    const file = place();
    const program = `
      import { fileStore } from "tidegate/delivery/file";
      const store = fileStore(${JSON.stringify(file)});
      const bytes = new Uint8Array(8 * 1024 * 1024).fill(120);
      setTimeout(() => process.exit(), Number(process.argv.at(-1)));
      for (let at = 0; ; at++) await store.set("u", { bytes, confirmedAt: at });
    `;
    for (const milliseconds of [30, 60, 90, 120, 150]) {
      run(program, "--", String(milliseconds));
    }
    const content = readFileSync(file);
    const line = JSON.parse(content.subarray(0, content.indexOf(10)));
    assert.equal(content.length - content.indexOf(10) - 1, line.length);
  });
});

describe("a freeze", () => {
  it("holds an update back, which the next start doesn't begin with", async () => {
    const store = fileStore(place());
    server.snapshot = { ...FIRST, freeze: { until: Date.now() + 3_600_000 } };
    const { delivery, tide } = await start({ store, interval: 0 });
    await delivery.refresh();
    const told = [];
    delivery.on("updated", ({ revision, held }) => told.push([revision, held?.revision]));
    server.snapshot = SECOND;
    assert.equal(await delivery.refresh(), true);
    assert.deepEqual(told, [["r1", "r2"]]);
    assert.equal(tide.revision, "r1");
    assert.equal(delivery.status.revision, "r2");
    assert.equal(JSON.parse(new TextDecoder().decode((await store.get(server.url)).bytes)).revision, "r1");
  });
});
