// Documents that are no good, or too much of it: refused in words, without a trap, a hang or a wrong answer.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { Tidegate, TidegateError } from "tidegate";
import { encode, equals, ON_OFF, SHOP, SHOPPER, snapshot } from "./snapshots.mjs";

before(() => Tidegate.init());

const refusal = (document) => {
  try {
    new Tidegate(typeof document === "string" ? encode(document) : document);
  } catch (error) {
    assert.ok(error instanceof TidegateError, String(error));
    assert.match(error.message, /^[^A-Z].*[^.]$/s, "a sentence without a full stop");
    return error;
  }
  return assert.fail("it was taken");
};

describe("a document is refused", () => {
  it("at whatever byte it ends", () => {
    const text = JSON.stringify(SHOP);
    for (let length = 0; length < text.length; length++) {
      assert.equal(refusal(text.slice(0, length)).code, "INVALID_JSON", `after ${length} bytes`);
    }
  });

  it("where it is HTML, which is said", () => {
    for (const page of ["<!doctype html><title>404</title>", "\n\n  <html>", "\ufeff<p>"]) {
      const { code, message } = refusal(page);
      assert.equal(code, "NOT_JSON_HTML");
      assert.match(message, /HTML/);
    }
  });

  it("where it is no JSON, no UTF-8 or no snapshot", () => {
    for (const text of ["", " ", "nul", "{'a':1}", '{"a":1,}', '{"a":1}}', "[1", '{"schemaVersion":1']) {
      assert.equal(refusal(text).code, "INVALID_JSON", text);
    }
    assert.equal(refusal(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])).code, "INVALID_UTF8");
    for (const text of ["null", "[]", '"{}"', "1"]) assert.equal(refusal(text).code, "WRONG_TYPE", text);
    assert.equal(refusal("{}").code, "MISSING_FIELD");
  });

  it("where a field at the top is wrong, and the place is named", () => {
    for (const [document, code, path] of [
      [{ ...SHOP, schemaVersion: 2 }, "UNSUPPORTED_VERSION", "/schemaVersion"],
      [{ ...SHOP, schemaVersion: "1" }, "WRONG_TYPE", "/schemaVersion"],
      [{ ...SHOP, flags: [] }, "WRONG_TYPE", "/flags"],
      [{ ...SHOP, revision: 1 }, "WRONG_TYPE", "/revision"],
      [{ ...SHOP, flagz: {} }, "UNKNOWN_FIELD", "/flagz"],
    ]) {
      const error = refusal(document);
      assert.deepEqual([error.code, error.path], [code, path], error.message);
    }
    assert.equal(refusal('{"schemaVersion":1,"schemaVersion":1,"revision":"r","flags":{}}').code, "DUPLICATE_KEY");
  });

  it("where it is larger than what is read", () => {
    const { code, message } = refusal(new Uint8Array(64 * 1024 * 1024 + 1).fill(0x20));
    assert.equal(code, "TOO_LARGE");
    assert.match(message, /67108865/);
  });

  it("where an object is no JSON", () => {
    const circular = {};
    circular.self = circular;
    assert.equal(refusal(circular).code, "INVALID_ARGUMENT");
    assert.equal(refusal({ ...SHOP, sequence: 1n }).code, "INVALID_ARGUMENT");
  });
});

describe("a document is taken", () => {
  it("with 50 MB of flags, in reasonable time", () => {
    const flag = JSON.stringify({ ...equals("a", "x"), description: "d".repeat(2_000) });
    const flags = Array.from({ length: 22_000 }, (_, i) => `"flag-${i}":${flag}`).join(",");
    const text = `{"schemaVersion":1,"revision":"large","flags":{${flags}}}`;
    assert.ok(text.length > 45_000_000);
    const tide = new Tidegate(encode(text));
    assert.equal(tide.loadReport.flags, 22_000);
    assert.equal(tide.boolean("flag-21999", false, { a: "x" }), true);
    tide.dispose();
  });

  it("with a byte order mark", () => {
    assert.equal(new Tidegate(encode(`\ufeff${JSON.stringify(SHOP)}`)).revision, "42");
  });

  it("with one broken flag among a thousand, which alone answers with the fallback", () => {
    const flags = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, i) => [`flag-${i}`, { ...ON_OFF, default: "on" }]),
    );
    flags["flag-500"] = { ...ON_OFF, default: "on", rulez: [] };
    const tide = new Tidegate(snapshot(flags), { strict: true });
    assert.equal(tide.loadReport.flags, 999);
    assert.deepEqual(
      tide.loadReport.refused.map(({ flag, code, path, suggestion }) => ({ flag, code, path, suggestion })),
      [{ flag: "flag-500", code: "UNKNOWN_FIELD", path: "/flags/flag-500/rulez", suggestion: "rules" }],
    );
    for (const key of Object.keys(flags)) assert.equal(tide.boolean(key, false), key !== "flag-500");
    const { errorCode, errorMessage } = tide.decide("flag-500");
    assert.equal(errorCode, "PARSE_ERROR");
    assert.match(errorMessage, /rulez/);
    assert.equal(Object.keys(tide.values(SHOPPER)).length, 999);
  });

  it("with a flag that is nested 10,000 levels deep, which is refused", () => {
    const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    const good = JSON.stringify({ ...ON_OFF, default: "on" });
    for (const bad of [
      `{"type":"object","variants":{"a":${deep}},"off":"a","default":"a"}`,
      `{"type":"boolean","rules":${deep}}`,
      deep,
      `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
    ]) {
      const tide = new Tidegate(encode(`{"schemaVersion":1,"revision":"r","flags":{"bad":${bad},"good":${good}}}`));
      assert.equal(tide.boolean("good", false), true);
      assert.equal(tide.decide("bad").errorCode, "PARSE_ERROR");
      assert.equal(tide.loadReport.refused[0].flag, "bad");
    }
  });

  it("with a key that occurs twice, whose flag is refused", () => {
    const flag = JSON.stringify({ ...ON_OFF, default: "on" });
    const text = `{"schemaVersion":1,"revision":"r","flags":{"a":${flag},"b":${flag},"a":${flag}}}`;
    const tide = new Tidegate(encode(text));
    assert.equal(tide.decide("a").errorCode, "PARSE_ERROR");
    assert.equal(tide.boolean("b", false), true);
    assert.equal(tide.loadReport.refused[0].code, "DUPLICATE_KEY");
    assert.deepEqual(tide.keys(), ["a", "b"]);
  });
});
