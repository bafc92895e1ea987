// The schema takes what the evaluator takes, and refuses what it refuses, unless that is on the list in beyond.mjs.
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { BEYOND } from "./beyond.mjs";
import { REFUSED, SNAPSHOTS, WHOLE } from "./documents.mjs";
import { chance, everyMutation, grafted } from "./mutations.mjs";
import { ajv, beyond, disagreement, objections, problems, schema } from "./verdicts.mjs";

/** The entries of the list that some document fell under though the schema took it. */
const met = new Set();

/** Fails where the two disagree; tells whether the schema refuses the document. */
async function agree(doing, document, text) {
  const found = await problems(text ?? document);
  const objection = objections(document);
  if (objection === "") for (const entry of found.flatMap(beyond)) met.add(entry);
  const told = disagreement(found, objection);
  if (told !== undefined) assert.fail(`${doing}: ${told}: ${text ?? JSON.stringify(document)}`.slice(0, 3000));
  return objection !== "";
}

describe("the schema and the evaluator", () => {
  for (const { name, document } of SNAPSHOTS) it(`agree on the snapshot of ${name}`, () => agree(name, document));

  it(`agree on the ${REFUSED.length} documents of the vectors that are JSON`, async () => {
    assert.ok(REFUSED.length > 500);
    for (const { name, text } of REFUSED) await agree(name, JSON.parse(text), text);
  });

  for (const { name, document } of WHOLE)
    it(`agree on ${name} with one thing broken, whatever it is`, async (test) => {
      let [count, refused] = [0, 0];
      await everyMutation(document, chance(2), async (doing) => {
        count += 1;
        if (await agree(doing, document)) refused += 1;
      });
      test.diagnostic(`${count} documents, of which the schema refuses ${refused}`);
      assert.ok(count > 800 && refused > count / 2 && refused < count, `${count}, ${refused}`);
    });

  it("agree on snapshots in which a part stands where another one was", async () => {
    const random = chance(1);
    for (let round = 0; round < 2000; round += 1) {
      const { name, document } = SNAPSHOTS[Math.floor(random() * SNAPSHOTS.length)];
      await agree(`graft ${round} in ${name}`, grafted(document, random));
    }
  });

  it("agree at the limits", async () => {
    for (const [doing, document] of atTheLimits()) await agree(doing, document);
  });

  after(() => {
    const idle = BEYOND.filter((entry) => !met.has(entry));
    assert.deepEqual(idle, [], "entries of beyond.mjs that no document needs");
  });
});

describe("the schema", () => {
  it("is one of draft 2020-12, by its own metaschema", () => {
    assert.equal(schema.$schema, "https://json-schema.org/draft/2020-12/schema");
    assert.ok(ajv.validateSchema(schema), ajv.errorsText());
  });

  it("has a description for every field, and no example and no default that it would refuse", () => {
    let [fields, samples] = [0, 0];
    for (const [pointer, part] of parts(schema, "#")) {
      const follow = (given) => (given.$ref === undefined ? given : { ...at(given.$ref), ...given });
      for (const [name, field] of Object.entries(part.properties ?? {})) {
        if (field.const === undefined && part.type === "object") {
          assert.ok(follow(field).description, `${pointer}: ${name}`);
          fields += 1;
        }
      }
      const given = [...(part.examples ?? []), ...("default" in part ? [part.default] : [])];
      const check = given.length > 0 && ajv.compile({ $ref: `${schema.$id}${pointer}` });
      for (const sample of given) {
        assert.ok(check(sample), `${pointer}: ${JSON.stringify(sample)}: ${ajv.errorsText(check.errors)}`);
        samples += 1;
      }
    }
    assert.ok(fields > 90 && samples > 30, `${fields} fields, ${samples} samples`);
  });
});

/** The schemas within a schema that say what something is, each with its JSON Pointer; not those that only restrict it. */
function* parts(part, pointer) {
  yield [pointer, part];
  for (const keyword of ["items", "additionalProperties", "propertyNames"])
    if (typeof part[keyword] === "object") yield* parts(part[keyword], `${pointer}/${keyword}`);
  for (const keyword of ["properties", "$defs", "anyOf", "oneOf", "prefixItems"])
    for (const [key, inner] of Object.entries(part[keyword] ?? {}))
      yield* parts(inner, `${pointer}/${keyword}/${encodeURIComponent(key)}`);
}

function at(pointer) {
  return pointer
    .slice(2)
    .split("/")
    .reduce((part, key) => part[key], schema);
}

/** Documents at and past the limits of lists, depths and patterns. */
function atTheLimits() {
  const flag = { type: "boolean", variants: { on: true, off: false }, off: "off", default: "off", salt: "s" };
  const whole = (more) => ({ schemaVersion: 1, revision: "r", flags: { f: { ...flag, ...more } } });
  const named = (count) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`v${at}`, true]));
  const rules = (count, rule) => Array(count).fill(rule);
  const deep = (count) => {
    let condition = { attr: "a", op: "exists", value: true };
    for (let level = 1; level < count; level += 1) condition = { not: condition };
    return condition;
  };
  const nested = (count) => {
    let value = [];
    for (let level = 3; level < count; level += 1) value = [value];
    return value;
  };
  const tested = (test) => whole({ rules: [{ when: { attr: "a", ...test }, serve: "on" }] });
  const alarms = (count) => rules(count, { alarm: "a", rollbackTo: "off" });
  const many = (count) => ({ any: rules(count, { attr: "a", op: "exists", value: true }) });
  return [
    ["255 variants", whole({ variants: { ...flag.variants, ...named(253) } })],
    ["256 variants", whole({ variants: { ...flag.variants, ...named(254) } })],
    ["4095 rules", whole({ rules: rules(4095, { serve: "on" }) })],
    ["4096 rules", whole({ rules: rules(4096, { serve: "on" }) })],
    ["64 conditions in conditions", whole({ rules: [{ when: deep(64), serve: "on" }] })],
    ["65 conditions in conditions", whole({ rules: [{ when: deep(65), serve: "on" }] })],
    ["a value 128 deep", whole({ type: "object", variants: { on: nested(128), off: [] } })],
    ["a value 129 deep", whole({ type: "object", variants: { on: nested(129), off: [] } })],
    ["65535 conditions", whole({ rules: [{ when: many(65534), serve: "on" }] })],
    ["65536 conditions", whole({ rules: [{ when: many(65535), serve: "on" }] })],
    ["an address that has too many groups", tested({ op: "inCidr", value: "1:2:3:4:5:6:7:8:9" })],
    ["a day that the year doesn't have", tested({ op: "after", value: "2026-02-29T00:00:00Z" })],
    ["a number beyond 64 bits", tested({ op: "semverEq", value: "18446744073709551616.0.0" })],
    ["a pattern that is none", tested({ op: "matches", value: "(" })],
    ["16 guardrails", whole({ guardrails: alarms(16) })],
    ["17 guardrails", whole({ guardrails: alarms(17) })],
    [
      "17 guardrails with those of the rules",
      whole({ guardrails: alarms(9), rules: [{ serve: "on", guardrails: alarms(8) }] }),
    ],
  ];
}
