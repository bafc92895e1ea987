// Exposures in ClickHouse: the table and the query of docs/EXPOSURES.md, run by chDB on what a sender has posted.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it, mock } from "node:test";
import { Tidegate } from "tidegate";
import { clickHouseSink, sendExposures } from "tidegate/exposures";
import { serve, setUp } from "./clickhouse.mjs";
import { ON_OFF, snapshot } from "./snapshots.mjs";

const document = readFileSync(new URL("../../docs/EXPOSURES.md", import.meta.url), "utf8");
const [EXPOSURES, OUTCOMES, JOIN, SAMPLE] = Array.from(document.matchAll(/```sql\n([^`]+)```/g), ([, sql]) => sql);

const flags = {
  ranking: {
    ...ON_OFF,
    unit: "user.id",
    salt: "ranking",
    rules: [
      {
        id: "half",
        experiment: "ranking",
        serve: {
          split: [
            { variant: "on", weight: 3 },
            { variant: "off", weight: 1 },
          ],
        },
      },
    ],
  },
};
const START = 1_764_000_000_000;
const QUICK = { batch: { rows: 100, milliseconds: 5 }, retry: { milliseconds: 10 } };

const why = setUp();

/** Closes a sender once all that it was told of has left, failures waited out. */
async function closed(sender) {
  while (!(await sender.flush())) await new Promise((resolve) => setTimeout(resolve, 10));
  await sender.close();
}

describe("ClickHouse", { skip: why === undefined ? false : `there is no chDB: ${why}` }, () => {
  let clickhouse;
  let tide;
  let now = START;

  before(async () => {
    await Tidegate.init();
    tide = new Tidegate(snapshot(flags), { now: () => now });
    // The second and the fourth batch arrive, but the sender doesn't hear of it.
    clickhouse = await serve({ lose: [2, 4] });
    await clickhouse.query(EXPOSURES);
    await clickhouse.query(OUTCOMES);
    // Doubles stay until a test has seen them.
    await clickhouse.query("SYSTEM STOP MERGES exposures");
  });

  after(() => clickhouse?.close());

  const sink = (more = {}) => {
    const { url, user, password } = clickhouse;
    return clickHouseSink({ url, user, password, table: "exposures", ...more });
  };

  it("joins exposures with outcomes, though some came twice", async () => {
    const sender = sendExposures(tide, { sink: sink({ gzip: true }), attributes: ["country"], ...QUICK });
    const expected = new Map();
    const outcomes = [];
    for (let at = 0; at < 1000; at++) {
      now = START + at;
      const unit = `u-${at}`;
      const { variant } = tide.decide("ranking", { user: { id: unit, mail: "a@b" }, country: at % 2 ? "DE" : "FR" });
      const arm = expected.get(variant) ?? { variant, units: 0, converted: 0, value: 0 };
      expected.set(variant, arm);
      arm.units += 1;
      const outcome = (later, value, name = "purchase") => outcomes.push({ unit, name, at: now + later, value });
      if (at % 5 === 0) {
        outcome(1000, 10);
        outcome(2000, 5);
        arm.converted += 1;
        arm.value += 15;
      }
      // Before the exposure, and something else: neither counts.
      if (at % 7 === 0) outcome(-10, 99);
      if (at % 3 === 0) outcome(10, 99, "refund");
    }
    outcomes.push({ unit: "nobody", name: "purchase", at: START + 5000, value: 1 });
    await closed(sender);
    assert.equal(sender.stats.sent, 1000);
    assert.equal(sender.stats.failures, 2);
    await clickhouse.query(
      `INSERT INTO outcomes FORMAT JSONEachRow\n${outcomes.map((row) => JSON.stringify(row)).join("\n")}`,
    );

    const found = await clickhouse.query(JOIN.replaceAll("{experiment}", "ranking"));
    assert.deepEqual(
      found.map(({ variant, units, converted, value }) => ({
        variant,
        units: Number(units),
        converted: Number(converted),
        value: Number(value),
      })),
      ["off", "on"].map((variant) => expected.get(variant)),
    );

    const [counts] = await clickhouse.query("SELECT count() AS came, uniqExact(id) AS ids FROM exposures");
    assert.deepEqual([Number(counts.came), Number(counts.ids)], [1200, 1000]);
    const [final] = await clickhouse.query("SELECT count() AS rows FROM exposures FINAL");
    assert.equal(Number(final.rows), 1000);
    await clickhouse.query("SYSTEM START MERGES exposures");
    await clickhouse.query("OPTIMIZE TABLE exposures FINAL");
    const [merged] = await clickhouse.query("SELECT count() AS rows FROM exposures");
    assert.equal(Number(merged.rows), 1000);
  });

  it("has every field as it was sent", async () => {
    const [row] = await clickhouse.query("SELECT *, toString(time) AS text FROM exposures WHERE unit = 'u-1'");
    const { id, variant, attributes, at, ...others } = row;
    assert.match(id, /^[\da-f-]{36}$/);
    assert.ok(["on", "off"].includes(variant));
    assert.deepEqual(JSON.parse(attributes), { country: "DE" });
    assert.equal(Number(at), START + 1);
    assert.deepEqual(others, {
      flag: "ranking",
      unit: "u-1",
      unitKind: "user.id",
      reason: "SPLIT",
      rule: "half",
      experiment: "ranking",
      layer: "",
      holdout: "",
      wouldBe: "",
      stored: false,
      revision: "r1",
      sample: 1,
      text: new Date(START + 1).toISOString().replace("T", " ").replace("Z", ""),
    });
    const [{ mail }] = await clickhouse.query("SELECT countIf(attributes LIKE '%@%') AS mail FROM exposures");
    assert.equal(Number(mail), 0);
  });

  it("draws the same sample as the sender", async () => {
    await clickhouse.query("TRUNCATE TABLE exposures");
    const fresh = new Tidegate(snapshot(flags), { now: () => now });
    const sender = sendExposures(fresh, { sink: sink({ settings: { async_insert: 0 } }), sample: 0.25, ...QUICK });
    for (let at = 0; at < 1000; at++) fresh.decide("ranking", { user: { id: `ü-${at}` } });
    await closed(sender);
    const rows = await clickhouse.query("SELECT DISTINCT unit FROM exposures ORDER BY unit");
    const units = Array.from({ length: 1000 }, (_, at) => `ü-${at}`);
    const list = units.map((unit) => `'${unit}'`).join(", ");
    const condition = SAMPLE.replaceAll("{rate}", "0.25").trim().replace(/;$/, "");
    const theirs = await clickhouse.query(
      `SELECT unit FROM (SELECT arrayJoin([${list}]) AS unit) WHERE ${condition} ORDER BY unit`,
    );
    assert.deepEqual(
      rows.map(({ unit }) => unit),
      theirs.map(({ unit }) => unit),
    );
    assert.ok(rows.length > 190 && rows.length < 310, String(rows.length));
  });

  it("says why it refuses: a table that isn't there, a user that isn't known", async () => {
    const { mock: errors } = mock.method(console, "error", () => {});
    try {
      for (const [more, expected] of [
        [{ table: "no`such\\table" }, /status 404: .*Table .*no.*such.*table.* does not exist/],
        [{ password: "wrong" }, /status 403: .*Authentication failed/],
      ]) {
        const fresh = new Tidegate(snapshot(flags));
        const sender = sendExposures(fresh, { sink: sink(more), ...QUICK });
        fresh.decide("ranking", { user: { id: "alice" } });
        await sender.close();
        assert.equal(sender.stats.refused, 1);
        assert.match(errors.calls.at(-1).arguments[0].message, expected);
      }
    } finally {
      mock.restoreAll();
    }
  });
});
