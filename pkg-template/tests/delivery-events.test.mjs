// Server-sent events and patches, from a real server on loopback, as docs/DELIVERY.md describes them.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, describe, it } from "node:test";
import canonicalize from "canonicalize";
import { answers, codes, FIRST, SECOND, server, start } from "./delivering.mjs";
import { etagOf, pause, until } from "./publisher.mjs";

const PATCH_TYPE = "application/vnd.tidegate.patch+json";

/** What a server sends to take a client from one snapshot to another. */
function patchBetween(before, after, patch, more = {}) {
  const canonical = canonicalize(after);
  const sha256 = createHash("sha256").update(canonical).digest("hex");
  return { from: before.revision, to: after.revision, sha256, etag: etagOf(JSON.stringify(after)), patch, ...more };
}

const PATCH = { revision: "r2", sequence: 2, flags: { a: { default: "off" }, b: SECOND.flags.b } };
const THIRD = { ...SECOND, revision: "r3", sequence: 3, flags: { b: SECOND.flags.b } };

describe("the test's patch", () => {
  it("is of the two snapshots", () => {
    // By hand, so that no library is held against itself.
    const { a } = FIRST.flags;
    const made = { ...FIRST, ...PATCH, flags: { a: { ...a, ...PATCH.flags.a }, b: PATCH.flags.b } };
    assert.deepEqual(made, SECOND);
  });
});

describe("a patch in answer to a request", () => {
  const answer =
    (patch, headers = {}) =>
    (response) =>
      response
        .writeHead(200, { "content-type": `${PATCH_TYPE}; charset=utf-8`, ...headers })
        .end(JSON.stringify(patch));

  it("is asked for, applied and checked", async () => {
    const { delivery, tide, failed } = await start({ interval: 0 });
    assert.equal(server.asked[0].headers["accept"], "*/*", "there is nothing to patch yet");
    const changes = [];
    tide.on("change", (keys) => changes.push(keys));
    server.snapshot = SECOND;
    server.next = [answer(patchBetween(FIRST, SECOND, PATCH))];
    assert.equal(await delivery.refresh(), true);
    const { headers } = server.asked.at(-1);
    assert.match(headers.accept, new RegExp(`^${PATCH_TYPE.replaceAll(/[.+]/g, "\\$&")}, `));
    assert.equal(headers["if-none-match"], etagOf(JSON.stringify(FIRST)));
    assert.deepEqual(answers(tide), [false, true]);
    assert.deepEqual(changes, [["a", "b"]]);
    assert.equal(server.count, 2);
    // The next one is of what the first one made.
    server.snapshot = THIRD;
    server.next = [answer(patchBetween(SECOND, THIRD, { revision: "r3", sequence: 3, flags: { a: null } }))];
    assert.equal(await delivery.refresh(), true);
    assert.equal(server.asked.at(-1).headers["if-none-match"], etagOf(JSON.stringify(SECOND)));
    assert.deepEqual(changes.at(-1), ["a"], "the others are as they were, in another order of members");
    assert.deepEqual(tide.keys(), ["b"]);
    // And the whole is the same to the server.
    assert.equal(await delivery.refresh(), true);
    assert.equal(server.asked.at(-1).headers["if-none-match"], server.etag);
    assert.deepEqual(failed, []);
  });

  it("that isn't what was meant costs a request for the whole", async () => {
    const good = patchBetween(FIRST, SECOND, PATCH);
    const polluted = JSON.parse(`{"__proto__":{"polluted":true}}`);
    for (const [wrong, message] of [
      [{ ...good, sha256: "0".repeat(64) }, /has the digest [0-9a-f]{64} where 0{64} was meant/],
      [{ ...good, patch: { ...PATCH, sequence: 3 } }, /has the digest/],
      [{ ...good, from: "r0" }, /is of revision `r0` where `r1` is there/],
      [{ ...good, patch: [] }, /has not all of/],
      [{ ...good, sha256: undefined }, /has not all of/],
      [[], /has not all of/],
      [null, /has not all of/],
      [{ ...good, patch: polluted }, /a member `__proto__`/],
    ]) {
      server.snapshot = FIRST;
      const { delivery, tide, failed } = await start({ interval: 0 });
      server.snapshot = SECOND;
      server.next = [answer(wrong)];
      const before = server.count;
      assert.equal(await delivery.refresh(), true);
      assert.equal(server.count, before + 2);
      const { headers } = server.asked.at(-1);
      assert.equal(headers["if-none-match"], undefined);
      assert.equal(headers.accept, "*/*");
      assert.deepEqual(answers(tide), [false, true]);
      assert.deepEqual(codes(failed), ["PATCH_FAILED"]);
      assert.match(failed[0].message, message);
      delivery.close();
    }
    assert.equal({}.polluted, undefined);
  });

  it("that makes an older one is refused like any other", async () => {
    server.snapshot = SECOND;
    const { delivery, tide, failed } = await start({ interval: 0 });
    const back = { revision: "r1", sequence: 1, flags: { a: { default: "on" }, b: null } };
    server.next = [answer(patchBetween(SECOND, FIRST, back))];
    assert.equal(await delivery.refresh(), false);
    assert.deepEqual(codes(failed), ["OLDER_SEQUENCE"]);
    assert.deepEqual(answers(tide), [false, true]);
  });
});

describe("server-sent events", () => {
  beforeEach(() => {
    server.headers = { "tidegate-events": "/events" };
  });

  /** Connects, and waits for the stream. */
  async function listening(more = {}) {
    const started = await start({ interval: 40, eventsSilence: 5000, ...more });
    await until(() => server.streams.size === 1);
    // It polls until the stream has told of the newest revision.
    await pause(200);
    return started;
  }
  const opened = () => server.asked.filter(({ path }) => path === "/events");

  it("are listened to where they are offered, in place of polling", async () => {
    const { delivery, tide, failed } = await listening({ headers: { authorization: "Bearer x" } });
    assert.equal(opened()[0].headers.accept, "text/event-stream");
    assert.equal(opened()[0].headers.authorization, "Bearer x");
    const before = server.count;
    await pause(200);
    assert.equal(server.count, before, "the stream would tell");
    server.snapshot = SECOND;
    server.send('event: revision\ndata: {"revision":"r2"}\n\n');
    await until(() => delivery.status.revision === "r2");
    assert.deepEqual(answers(tide), [false, true]);
    assert.equal(server.count, before + 1);
    assert.equal(opened().length, 1);
    assert.deepEqual(failed, []);
  });

  it("bring patches, which need no request", async () => {
    const { delivery, tide, failed } = await listening();
    const before = server.count;
    const one = JSON.stringify(patchBetween(FIRST, SECOND, PATCH));
    const two = JSON.stringify(patchBetween(SECOND, THIRD, { revision: "r3", sequence: 3, flags: { a: null } }));
    // Torn apart anywhere, and both at once.
    const text = `: a comment\nid: 7\nevent: patch\ndata: ${one}\n\nid: 8\nevent: patch\ndata: ${two}\n\n`;
    server.send(text.slice(0, 100));
    await pause(20);
    server.snapshot = THIRD;
    server.send(text.slice(100));
    await until(() => delivery.status.revision === "r3");
    assert.deepEqual(tide.keys(), ["b"]);
    assert.equal(server.count, before);
    assert.deepEqual(failed, []);
    server.drop();
    await until(() => opened().length === 2);
    assert.equal(opened()[1].headers["last-event-id"], "8");
  });

  it("bring patches that don't fit, and the whole is fetched", async () => {
    const { delivery, tide, failed } = await listening();
    server.snapshot = SECOND;
    for (const data of [JSON.stringify(patchBetween(THIRD, SECOND, PATCH)), "{"]) {
      server.send(`event: patch\ndata: ${data}\n\n`);
    }
    await until(() => delivery.status.revision === "r2");
    await until(() => failed.length === 2);
    assert.deepEqual(codes(failed), ["PATCH_FAILED", "PATCH_FAILED"]);
    assert.deepEqual(answers(tide), [false, true]);
  });

  it("may bring anything else, which means nothing", async () => {
    const { delivery, failed } = await listening();
    const before = server.count;
    server.send('data: {"revision":"r2"}\n\nevent: news\ndata: x\n\nnonsense\n\n:\n\n');
    await pause(100);
    assert.equal(delivery.status.revision, "r1");
    assert.equal(server.count, before);
    server.send("event: revision\ndata: r2\n\n");
    await until(() => failed.length === 1);
    assert.match(failed[0].message, /no JSON object with a text `revision`/);
  });

  it("that are too large are given up with their stream", async () => {
    const { delivery, failed } = await listening({ maxBytes: 1000 });
    server.send(`event: patch\ndata: ${"x".repeat(1_100_000)}`);
    await until(() => failed.length > 0);
    assert.equal(failed[0].code, "TOO_LARGE");
    await until(() => opened().length === 2);
    await until(() => server.streams.size === 1);
    assert.equal(delivery.status.state, "fresh");
  });

  it("drop, and are opened again, with what was missed", async () => {
    const { delivery, tide } = await listening();
    for (let round = 2; round < 5; round++) {
      server.snapshot = { ...SECOND, revision: `r${round}`, sequence: round };
      server.drop();
      await until(() => opened().length === round);
      await until(() => delivery.status.revision === `r${round}`);
    }
    assert.deepEqual(answers(tide), [false, true]);
    assert.equal(delivery.status.state, "fresh");
  });

  it("are polled for meanwhile", async () => {
    const { delivery } = await listening({ retryAfter: 60_000, retryAtMost: 60_000 });
    server.drop();
    server.snapshot = SECOND;
    await until(() => delivery.status.revision === "r2");
    assert.equal(opened().length, 1);
  });

  it("that fall silent are given up, and a heartbeat keeps them", async () => {
    const { delivery, failed } = await listening({ eventsSilence: 800, staleAfter: 1000 });
    for (let beat = 0; beat < 13; beat++) {
      await pause(100);
      server.send(": alive\n\n");
    }
    assert.equal(opened().length, 1);
    assert.equal(delivery.status.state, "fresh", "whoever would tell is there");
    await until(() => opened().length > 1);
    assert.match(failed[0].message, /were silent for 800 ms/);
  });

  it("end with the delivery, and where the server says that there are none", async () => {
    const { delivery } = await listening();
    delivery.close();
    await until(() => server.streams.size === 0);
    const none = await start({ events: `${server.origin}/none` });
    server.next = [];
    server.always = (response, request) => {
      if (request.url === "/none") response.writeHead(204).end();
      else server.serve(response, request);
    };
    await until(() => server.asked.some(({ path }) => path === "/none"));
    const tries = server.asked.filter(({ path }) => path === "/none").length;
    await pause(150);
    assert.ok(server.asked.filter(({ path }) => path === "/none").length <= tries + 1);
    none.delivery.close();
  });

  it("aren't listened to where the caller says so", async () => {
    const { delivery } = await start({ events: false });
    await pause(80);
    assert.equal(opened().length, 0);
    assert.equal(delivery.status.state, "fresh");
  });

  it("of another origin get no key, and none that is no stream is taken", async () => {
    const other = await (await import("./publisher.mjs")).Publisher.open(FIRST);
    try {
      server.headers = { "tidegate-events": `${other.origin}/events` };
      const { failed } = await start({ headers: { authorization: "Bearer x" } });
      await until(() => other.asked.length > 0);
      assert.equal(other.asked[0].headers.authorization, undefined);
      server.headers = { "tidegate-events": "/snapshot.json" };
      const wrong = await start();
      await until(() => wrong.failed.length > 0);
      assert.match(wrong.failed[0].message, /is served as application\/json where text\/event-stream was expected/);
      assert.deepEqual(failed, []);
    } finally {
      await other.close();
    }
  });
});
