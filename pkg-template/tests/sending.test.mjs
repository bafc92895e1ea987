// Exposures on their way: batches, retries, bounds, samples, and what never reaches a decision.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { afterEach, before, beforeEach, describe, it, mock } from "node:test";
import { Tidegate } from "tidegate";
import { consoleSink, httpSink, isSampled, sendExposures } from "tidegate/exposures";
import { receiver } from "./receiver.mjs";
import { ON_OFF, snapshot } from "./snapshots.mjs";

const SPLIT = {
  split: [
    { variant: "on", weight: 1 },
    { variant: "off", weight: 1 },
  ],
};
const FLAGS = {
  ranking: { ...ON_OFF, unit: "user.id", salt: "r", rules: [{ id: "half", experiment: "ranking", serve: SPLIT }] },
  held: { ...ON_OFF, unit: "user.id", salt: "h", rules: [{ id: "half", experiment: "held", serve: SPLIT }] },
};
const HOLDOUTS = { back: { unit: "user.id", salt: "b", percent: 100, flags: ["held"] } };
/** Waits that a test can wait for. */
const QUICK = { batch: { milliseconds: 5 }, retry: { milliseconds: 10 } };

const ends = [];
let reports;

function tidegate() {
  const tide = new Tidegate(snapshot(FLAGS, { holdouts: HOLDOUTS }));
  ends.push(() => tide.dispose());
  return tide;
}

/** A Tidegate whose exposures go to a server that answers as it is told to. */
async function sending(answers, options = {}, sinkOptions = {}) {
  const server = await receiver(answers);
  const tide = tidegate();
  const sender = sendExposures(tide, { sink: httpSink({ url: server.url, ...sinkOptions }), ...QUICK, ...options });
  ends.push(async () => {
    await server.close();
    await sender.close();
  });
  const meet = (...ids) => {
    for (const id of ids) tide.boolean("ranking", false, { user: { id } });
  };
  return { server, tide, sender, meet };
}

function many(count) {
  return Array.from({ length: count }, (_, at) => `u-${at}`);
}

/** Resolves once a condition holds, and fails after ten seconds. */
async function until(condition) {
  const end = performance.now() + 10_000;
  while (!condition()) {
    assert.ok(performance.now() < end, `never: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

before(() => Tidegate.init());

beforeEach(() => {
  reports = [];
  mock.method(console, "error", (thrown) => reports.push(thrown));
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  mock.restoreAll();
});

describe("a batch", () => {
  it("leaves after a while, as NDJSON with an id a row", async () => {
    const { server, sender, meet } = await sending([]);
    meet("alice", "bob", "alice");
    await server.came(1);
    const [{ method, headers, text }] = server.requests;
    assert.equal(method, "POST");
    assert.equal(headers["content-type"], "application/x-ndjson");
    assert.ok(text.endsWith("}\n"));
    const [alice, bob, ...more] = server.rows();
    const { id, at, variant, ...others } = alice;
    assert.match(id, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    assert.ok(Math.abs(Date.now() - at) < 2000);
    assert.ok(variant === "on" || variant === "off");
    assert.deepEqual(others, {
      flag: "ranking",
      unit: "alice",
      unitKind: "user.id",
      reason: "SPLIT",
      rule: "half",
      experiment: "ranking",
      revision: "r1",
      sample: 1,
    });
    assert.equal(bob.unit, "bob");
    assert.notEqual(bob.id, id);
    assert.deepEqual(more, []);
    await until(() => sender.stats.sent === 2);
    assert.deepEqual(sender.stats, { waiting: 0, sent: 2, unsampled: 0, overflowed: 0, refused: 0, failures: 0 });
  });

  it("says what a unit would have got that a holdout holds back", async () => {
    const { server, tide } = await sending([]);
    const { wouldBe } = tide.decide("held", { user: { id: "alice" } });
    await server.came(1);
    const [row] = server.rows();
    assert.deepEqual([row.reason, row.holdout, row.wouldBe], ["HOLDOUT", "back", wouldBe.variant]);
  });

  it("leaves at once when it is full, by number and by bytes, and one at a time", async () => {
    const batch = { rows: 10, milliseconds: 60_000 };
    const { server, meet } = await sending([], { batch });
    meet(...many(35));
    await server.came(3);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.deepEqual(
      server.requests.map(({ text }) => text.split("\n").length - 1),
      [10, 10, 10],
    );
    assert.equal(server.most, 1);

    const small = await sending([], { batch: { bytes: 1000, milliseconds: 60_000 } });
    small.meet(...many(10));
    await small.server.came(2);
    for (const { bytes } of small.server.requests) assert.ok(bytes <= 1000, String(bytes));
  });

  it("has one row at least, however large that is", async () => {
    const { server, meet } = await sending([], { batch: { bytes: 10, milliseconds: 5 } });
    meet("alice", "bob");
    await server.came(2);
    assert.deepEqual(
      server.rows().map(({ unit }) => unit),
      ["alice", "bob"],
    );
  });

  it("is compressed where that is wanted, and carries headers", async () => {
    const headers = { Authorization: "Bearer t", "Content-Type": "text/plain" };
    const { server, meet } = await sending([], {}, { gzip: true, headers });
    meet(...many(50));
    await server.came(1);
    const [{ headers: had, bytes, text }] = server.requests;
    assert.equal(had["content-encoding"], "gzip");
    assert.equal(had.authorization, "Bearer t");
    assert.equal(had["content-type"], "text/plain");
    assert.ok(bytes < text.length / 2);
    assert.equal(server.rows().length, 50);
  });
});

describe("a failure that may pass", () => {
  it("is tried again, with the same rows under the same ids", async () => {
    const { server, sender, meet } = await sending([500, 503, "drop"]);
    meet("alice", "bob");
    await until(() => sender.stats.sent === 2);
    assert.equal(server.requests.length, 4);
    for (const { text } of server.requests) assert.equal(text, server.requests[0].text);
    const { failures, waiting, lastFailure } = sender.stats;
    assert.deepEqual([failures, waiting], [3, 0]);
    assert.equal(typeof lastFailure, "string");
    assert.deepEqual(reports, []);
  });

  it("is waited out twice as long each time, up to a bound, by half at chance", async () => {
    const answers = Array.from({ length: 6 }, () => 500);
    const { server, meet } = await sending(answers, { retry: { milliseconds: 40, most: 100 } });
    meet("alice");
    await server.came(7);
    const waits = server.requests.slice(1).map(({ at }, before) => at - server.requests[before].at);
    for (const [at, whole] of [40, 80, 100, 100, 100, 100].entries()) {
      assert.ok(waits[at] >= whole / 2 - 2, `${waits}: at least half of ${whole}`);
      // Without the bound, the last would be at least 640.
      assert.ok(waits[at] < whole + 500, `${waits}: at most ${whole}`);
    }
  });

  it("is waited out for as long as the sink asks, in seconds or until a date", async () => {
    for (const inSeconds of [true, false]) {
      const date = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000);
      const [value, least] = inSeconds ? ["1", 1000] : [date.toUTCString(), date.getTime() - Date.now() - 100];
      const { server, sender, meet } = await sending([{ status: 429, headers: { "retry-after": value } }]);
      meet("alice");
      await server.came(1);
      await until(() => sender.stats.failures === 1);
      assert.equal(await sender.flush(), false);
      await server.came(2);
      const wait = server.requests[1].at - server.requests[0].at;
      assert.ok(wait >= least && wait < least + 1000, `${value}: ${wait}, expected ${least}`);
    }
  });

  it("is no answer in time", async () => {
    const { server, sender, meet } = await sending([() => {}], { retry: { milliseconds: 10, timeout: 500 } });
    meet("alice");
    await until(() => sender.stats.sent === 1);
    assert.equal(server.requests.length, 2);
    assert.match(sender.stats.lastFailure, /gave no answer within 500 ms/);
  });

  it("is a redirection: the answer of another place says nothing of the batch", async () => {
    for (const status of [301, 302, 307]) {
      const { server, sender, meet } = await sending([{ status, headers: { location: "/elsewhere" } }]);
      meet("alice");
      await until(() => sender.stats.sent === 1);
      assert.deepEqual(
        server.requests.map(({ method, url }) => [method, url]),
        [
          ["POST", "/exposures"],
          ["POST", "/exposures"],
        ],
      );
      assert.equal(sender.stats.lastFailure, `answered with status ${status}`);
    }
  });

  it("keeps what comes meanwhile, and sends it behind", async () => {
    const { server, sender, meet } = await sending([500], { batch: { rows: 2, milliseconds: 5 } });
    meet("a", "b", "c");
    await until(() => sender.stats.sent === 3);
    assert.deepEqual(
      server.requests.map(({ text }) => Array.from(text.matchAll(/"unit":"(\w)"/g), ([, unit]) => unit).join("")),
      ["ab", "ab", "c"],
    );
  });
});

describe("a refusal", () => {
  it("drops its batch and goes on, and is told once with what the sink says", async () => {
    const no = { status: 400, body: "no such field: flag" };
    const { server, sender, meet } = await sending([no, no], { batch: { rows: 1, milliseconds: 5 } });
    meet("a", "b", "c");
    await until(() => sender.stats.sent === 1);
    assert.equal(server.requests.length, 3);
    assert.equal(sender.stats.refused, 2);
    assert.deepEqual(
      reports.map(({ code, message }) => [code, message]),
      [
        [
          "SINK_FAILED",
          `the sink ${server.url} refused 1 exposures, which are dropped: it answered with status 400: no such field: flag`,
        ],
      ],
    );
  });
});

describe("what waits", () => {
  it("is bounded by number and by bytes: the oldest leave, and are counted", async () => {
    const batch = { milliseconds: 60_000 };
    for (const [keep, left] of [
      [{ rows: 3 }, 3],
      [{ bytes: 600 }, 2],
    ]) {
      const { server, sender, meet } = await sending([], { batch, keep });
      meet(...many(10));
      assert.deepEqual([sender.stats.waiting, sender.stats.overflowed], [left, 10 - left]);
      assert.equal(await sender.flush(), true);
      assert.deepEqual(
        server.rows().map(({ unit }) => unit),
        many(10).slice(10 - left),
      );
    }
  });

  it("keeps its bounds while the sink is away", async () => {
    const answers = Array.from({ length: 1000 }, () => 500);
    const { sender, meet } = await sending(answers, { keep: { rows: 50 }, batch: { rows: 20, milliseconds: 1 } });
    for (let at = 0; at < 200; at++) {
      meet(`u-${at}`);
      if (at % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 3));
      // A batch that is under way has left the queue.
      assert.ok(sender.stats.waiting <= 70);
    }
    const { waiting, overflowed, sent } = sender.stats;
    assert.equal(waiting + overflowed + sent, 200);
  });

  it("is sent by flush, which waits for it", async () => {
    const slow = (response) => setTimeout(() => response.end(), 30);
    const { server, sender, meet } = await sending([slow], {
      batch: { rows: 2, milliseconds: Number.POSITIVE_INFINITY },
    });
    assert.equal(await sender.flush(), true);
    meet("a", "b", "c");
    assert.equal(await sender.flush(), true);
    assert.deepEqual([server.requests.length, server.most, sender.stats.sent], [2, 1, 3]);
  });
});

describe("a sample", () => {
  it("has whole units, the same ones wherever it is drawn, and says its rate", async () => {
    const { server, tide, sender } = await sending([], { sample: 0.2 });
    const units = many(500);
    for (const id of units) {
      tide.boolean("ranking", false, { user: { id } });
      tide.boolean("held", false, { user: { id } });
    }
    assert.equal(await sender.flush(), true);
    const isIn = (unit) => createHash("sha256").update(unit).digest().readUInt32BE() < 0.2 * 2 ** 32;
    const expected = units.filter(isIn);
    assert.ok(expected.length > 70 && expected.length < 130, String(expected.length));
    const rows = server.rows();
    for (const flag of ["ranking", "held"]) {
      assert.deepEqual(
        rows.filter((row) => row.flag === flag).map(({ unit }) => unit),
        expected,
      );
    }
    assert.ok(rows.every(({ sample }) => sample === 0.2));
    assert.equal(sender.stats.unsampled, 2 * (500 - expected.length));
  });

  it("only grows with its rate", () => {
    for (const unit of ["", "ünï", "a\u001fb", ...many(200)]) {
      let before = false;
      for (const rate of [0, 0.001, 0.1, 0.5, 0.9, 0.999, 1]) {
        const isIn = isSampled(unit, rate);
        assert.ok(isIn || !before);
        before = isIn;
      }
      assert.ok(before && !isSampled(unit, 0));
    }
  });
});

describe("attributes", () => {
  it("stay where they are, but for those that are listed", async () => {
    const context = { user: { id: "alice", email: "a@shop.example" }, country: "DE", plan: { tier: 2, name: "plus" } };
    const none = await sending([]);
    none.tide.boolean("ranking", false, context);
    await none.server.came(1);
    assert.ok(!("attributes" in none.server.rows()[0]));
    assert.ok(!/DE|plus|a@shop/.test(none.server.requests[0].text));

    const some = await sending([], { attributes: ["country", "plan.tier", "absent"] });
    some.tide.for(context).boolean("ranking", false);
    await some.server.came(1);
    assert.deepEqual(some.server.rows()[0].attributes, { country: "DE", "plan.tier": 2 });
    assert.ok(!/plus|a@shop/.test(some.server.requests[0].text));
  });
});

describe("a sink", () => {
  for (const [name, send] of [
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no"))],
    ["answers nonsense", () => Promise.resolve("thanks")],
    ["answers nothing", () => undefined],
  ]) {
    it(`that ${name} is told of once, and keeps nothing back`, async () => {
      const tide = tidegate();
      let calls = 0;
      const sink = {
        name: "mine",
        send(lines) {
          calls += 1;
          return calls < 4 ? send() : Promise.resolve({ outcome: "taken", lines });
        },
      };
      const sender = sendExposures(tide, { sink, ...QUICK, batch: { rows: 1 } });
      ends.push(() => sender.close());
      assert.equal(tide.decide("ranking", { user: { id: "alice" } }).reason, "SPLIT");
      await until(() => sender.stats.sent === 1);
      assert.equal(calls, 4);
      assert.equal(reports.length, 1, String(reports));
      assert.equal(reports[0].code, "SINK_FAILED");
      assert.match(reports[0].message, /^mine failed/);
    });
  }

  it("is called after the decision, not within it", async () => {
    const tide = tidegate();
    let calls = 0;
    const sink = {
      name: "mine",
      send: () => {
        calls += 1;
        return Promise.resolve({ outcome: "taken" });
      },
    };
    const sender = sendExposures(tide, { sink, batch: { rows: 1 } });
    ends.push(() => sender.close());
    tide.decide("ranking", { user: { id: "alice" } });
    assert.equal(calls, 0);
    await until(() => calls === 1);
  });

  it("may be the console", async () => {
    const tide = tidegate();
    const logged = [];
    const sender = sendExposures(tide, { sink: consoleSink({ log: (row) => logged.push(row) }) });
    tide.decide("ranking", { user: { id: "alice" } });
    await sender.close();
    assert.deepEqual(
      logged.map(({ flag, unit }) => [flag, unit]),
      [["ranking", "alice"]],
    );
  });

  it("has to have an address", () => {
    assert.throws(() => httpSink({ url: "/exposures" }), {
      code: "INVALID_ARGUMENT",
      message: /`\/exposures` is no URL/,
    });
  });
});

describe("options", () => {
  it("are refused where they make no sense", () => {
    const tide = tidegate();
    const sink = consoleSink();
    for (const [options, message] of [
      [{ sample: 2 }, /`sample` is 2: expected a number from 0 to 1/],
      [{ sample: Number.NaN }, /`sample`/],
      [{ batch: { rows: 0 } }, /`batch.rows` is 0: expected a number that is 1 at least/],
      [{ keep: { bytes: "many" } }, /`keep.bytes`/],
      [{ retry: { milliseconds: 0 } }, /`retry.milliseconds`/],
    ])
      assert.throws(() => sendExposures(tide, { sink, ...options }), { code: "INVALID_ARGUMENT", message });
  });
});

describe("the end", () => {
  it("sends what waits once more, and hears nothing after it", async () => {
    const { server, sender, tide, meet } = await sending([500, 500], { batch: { milliseconds: 60_000 } });
    meet("alice");
    assert.equal(await sender.flush(), false);
    await sender.close();
    assert.equal(server.requests.length, 2);
    meet("bob");
    await sender.close();
    assert.equal(await sender.flush(), false);
    assert.equal(server.requests.length, 2);
    assert.equal(sender.stats.waiting, 1);
    assert.equal(tide.decide("ranking", { user: { id: "carol" } }).reason, "SPLIT");

    const second = await sending([]);
    second.meet("alice");
    second.sender[Symbol.dispose]();
    await second.server.came(1);
    assert.equal(second.server.rows()[0].unit, "alice");
  });

  it("of a process is not put off by timers", async () => {
    const script = `
      import { Tidegate } from "tidegate";
      import { httpSink, sendExposures } from "tidegate/exposures";
      const tide = await Tidegate.load(${JSON.stringify(snapshot(FLAGS))});
      const sender = sendExposures(tide, { sink: httpSink({ url: "http://127.0.0.1:1/" }) });
      tide.boolean("ranking", false, { user: { id: "alice" } });
      if (process.argv[1] === "fail") console.log(await sender.flush(), sender.stats.failures);
    `;
    for (const [argument, printed] of [
      ["wait", ""],
      ["fail", "false 1\n"],
    ]) {
      const started = performance.now();
      const child = spawn(process.execPath, ["--input-type=module", "--eval", script, argument], {
        cwd: import.meta.dirname,
        stdio: ["ignore", "pipe", "inherit"],
      });
      let output = "";
      child.stdout.on("data", (chunk) => {
        output += chunk;
      });
      const [code] = await once(child, "close");
      assert.deepEqual([code, output], [0, printed]);
      // The batch would leave after five seconds.
      assert.ok(performance.now() - started < 4000);
    }
  });
});
