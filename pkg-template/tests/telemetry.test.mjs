// Decisions and exposures as OpenTelemetry's own SDK has them, under the names of its own package of conventions.
import assert from "node:assert/strict";
import { afterEach, before, describe, it, mock } from "node:test";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import { Tidegate } from "tidegate";
import { logDecision, logExposures } from "tidegate/exposures";
import { ON_OFF, snapshot } from "./snapshots.mjs";

const flags = {
  half: { ...ON_OFF, unit: "user.id", salt: "s", rules: [{ id: "r", experiment: "e", percent: 99.9, serve: "on" }] },
  held: { ...ON_OFF, default: "on" },
  theme: { type: "object", variants: { a: { colours: ["red"] } }, off: "a", default: "a" },
};
const holdouts = { all: { salt: "h", percent: 100, flags: ["held"] } };
const ALICE = { targetingKey: "t-1", user: { id: "alice" } };

let tide;

function exporting() {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  return {
    logger: provider.getLogger("tidegate"),
    records: () => exporter.getFinishedLogRecords(),
  };
}

before(async () => {
  await Tidegate.init();
  tide = new Tidegate(snapshot(flags, { holdouts }), { now: () => 1_764_000_000_123 });
});

afterEach(() => mock.restoreAll());

/** The names that the package has now, and doesn't call deprecated in favour of others. */
const NAMES = new Set(
  Object.entries(conventions)
    .filter(
      ([constant]) =>
        /^ATTR_(FEATURE_FLAG|ERROR_TYPE)/.test(constant) && !/EVALUATION|PROVIDER_NAME$|VARIANT$/.test(constant),
    )
    .map(([, name]) => name)
    .concat(conventions.ATTR_FEATURE_FLAG_PROVIDER_NAME, conventions.ATTR_FEATURE_FLAG_RESULT_VARIANT),
);

function isConventional({ eventName, attributes }) {
  assert.equal(eventName, conventions.EVENT_FEATURE_FLAG_EVALUATION);
  for (const name of Object.keys(attributes)) assert.ok(NAMES.has(name) || name.startsWith("tidegate."), name);
}

describe("an exposure's event", () => {
  it("is emitted with the unit, at its instant", () => {
    const { logger, records } = exporting();
    const end = logExposures(tide, logger, { setId: "production" });
    tide.boolean("half", false, ALICE);
    tide.boolean("half", false, ALICE);
    end();
    tide.boolean("half", false, { user: { id: "bob" } });
    const [record, ...more] = records();
    assert.deepEqual(more, []);
    isConventional(record);
    assert.deepEqual(
      { ...record.attributes },
      {
        "feature_flag.key": "half",
        "feature_flag.provider.name": "Tidegate",
        "feature_flag.result.variant": "on",
        "feature_flag.result.reason": "split",
        "feature_flag.version": "r1",
        "feature_flag.context.id": "alice",
        "feature_flag.set.id": "production",
        "tidegate.rule": "r",
        "tidegate.unit_kind": "user.id",
        "tidegate.experiment": "e",
      },
    );
    assert.deepEqual(record.hrTime, [1_764_000_000, 123_000_000]);
  });

  it("tells of holdouts", () => {
    const { logger, records } = exporting();
    const end = logExposures(tide, logger);
    tide.boolean("held", false, ALICE);
    end();
    const [record] = records();
    isConventional(record);
    assert.equal(record.attributes["tidegate.holdout"], "all");
    assert.equal(record.attributes["tidegate.would_be.variant"], "on");
  });

  it("keeps no decision back where the logger throws", () => {
    const { mock: errors } = mock.method(console, "error", () => {});
    const end = logExposures(tide, {
      emit() {
        throw new Error("no");
      },
    });
    assert.equal(tide.decide("half", { user: { id: "carol" } }).value, true);
    end();
    assert.deepEqual(
      errors.calls.map(({ arguments: [thrown] }) => thrown.message),
      ["no"],
    );
  });
});

describe("a decision's event", () => {
  it("is emitted without its value, unless that is wanted", () => {
    const { logger, records } = exporting();
    const decision = tide.decide("theme", ALICE);
    logDecision(logger, decision, { contextId: "t-1" });
    logDecision(logger, decision, { value: true });
    const [without, with_] = records();
    for (const record of [without, with_]) isConventional(record);
    assert.equal(without.attributes["feature_flag.result.variant"], "a");
    assert.equal(without.attributes["feature_flag.context.id"], "t-1");
    assert.ok(!("feature_flag.result.value" in without.attributes));
    assert.deepEqual(with_.attributes["feature_flag.result.value"], { colours: ["red"] });
  });

  it("tells of an error", () => {
    const { logger, records } = exporting();
    logDecision(logger, tide.decide("absent", ALICE));
    const [record] = records();
    isConventional(record);
    assert.equal(record.attributes[conventions.ATTR_ERROR_TYPE], "flag_not_found");
    assert.match(record.attributes[conventions.ATTR_FEATURE_FLAG_ERROR_MESSAGE], /there is no flag `absent`/);
    assert.equal(record.attributes[conventions.ATTR_FEATURE_FLAG_RESULT_REASON], "error");
  });
});
