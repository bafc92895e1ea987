// What an editor makes of the schema, by the language service that VS Code has for JSON.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import service from "vscode-json-languageservice";
import { schema, shipped } from "./verdicts.mjs";

const editor = service.getLanguageService({});
editor.configure({ validate: true, schemas: [{ uri: schema.$id, fileMatch: ["*.json"], schema }] });

const FLAG = '"type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "off"';
const flag = (more) => `{ "schemaVersion": 1, "revision": "1", "flags": { "f": { ${FLAG}, ${more} } } }`;
const rule = (more) => flag(`"rules": [{ "serve": "on", ${more} }]`);
const segment = (text) => `{ "schemaVersion": 1, "revision": "1", "flags": {}, "segments": { "s": ${text} } }`;

/** A text with the place of the cursor, which `|` marks. */
function open(marked) {
  const text = service.TextDocument.create("file:///snapshot.json", "json", 1, marked.replace("|", ""));
  return { text, position: text.positionAt(marked.indexOf("|")), tree: editor.parseJSONDocument(text) };
}

/** What is offered at the cursor, sorted, each with what is said of it. */
async function offers(marked) {
  const { text, position, tree } = open(marked);
  const { items } = await editor.doComplete(text, position, tree);
  return new Map(items.map(({ label, documentation }) => [label, documentation?.value ?? documentation]).sort());
}

const labels = async (marked) => [...(await offers(marked)).keys()];

async function hover(marked) {
  const { text, position, tree } = open(marked);
  return (await editor.doHover(text, position, tree))?.contents.join("\n");
}

/** What is underlined, with what is said of it. */
async function complaints(written) {
  const { text, tree } = open(written);
  return (await editor.doValidation(text, tree)).map(({ message, range }) => [text.getText(range), message]);
}

describe("completion", () => {
  // biome-ignore format: a line for each place
  const fields = [
    ["the document", "{|}", ["$schema", "alarms", "environment", "flags", "freeze", "holdouts", "layers", "revision", "schemaVersion", "segments", "sequence"]],
    ["a flag", flag("|"), ["description", "enabled", "expires", "guardrails", "metadata", "namespace", "overrides", "owner", "prerequisites", "rules", "salt", "tags", "unit"]],
    ["a rule", rule("|"), ["experiment", "guardrails", "id", "layer", "percent", "ramp", "salt", "sticky", "storedOnly", "unit", "when", "window"]],
    ["a condition", rule('"when": {|}'), ["all", "any", "attr", "ignoreCase", "not", "op", "segment", "value"]],
    ["a test", rule('"when": { "attr": "a", "op": "lt", |}'), ["value"]],
    ["a segment", segment('{ "all": [], |}'), ["description", "exclude", "include", "unit"]],
    ["a ramp", rule('"ramp": { "kind": "exponential", |}'), ["bakeMinutes", "everyMinutes", "from", "start", "to"]],
    ["a window", rule('"window": {|}'), ["from", "repeat", "until"]],
    ["what is served", flag('"rules": [{ "serve": {|} }]'), ["slotMinutes", "split", "switchback"]],
    ["an arm", flag('"rules": [{ "serve": { "split": [{|}] } }]'), ["variant", "weight"]],
  ];
  for (const [place, marked, expected] of fields)
    it(`offers the fields of ${place}`, async () => assert.deepEqual(await labels(marked), expected));

  it("offers every operator, each with its meaning", async () => {
    const found = await offers(rule('"when": { "attr": "a", "op": | }'));
    assert.equal(found.size, 22);
    assert.equal(found.get('"startsWith"'), "The attribute is a string that begins with `value`");
    assert.ok([...found.values()].every((meaning) => meaning?.length > 10));
  });

  it("offers the values that a field can have", async () => {
    assert.deepEqual(await labels(flag('"enabled": |')), ["false", "true"]);
    assert.deepEqual(await labels('{ "flags": { "f": { "type": | } } }'), [
      '"boolean"',
      '"number"',
      '"object"',
      '"string"',
    ]);
    assert.deepEqual(await labels('{ "alarms": { "a": | } }'), ['"alarm"', '"ok"']);
    assert.deepEqual(await labels(rule('"ramp": { "kind": | }')), ['"exponential"', '"linear"', '"stages"']);
    assert.ok((await labels(rule('"when": { "attr": | }'))).includes('"user.id"'));
  });

  it("says what a field is for, rather than what its type is", async () => {
    const found = await offers(flag("|"));
    assert.equal(found.get("enabled"), "The kill switch: `false` serves `off` to everybody");
    assert.equal(found.get("unit"), "What is hashed and looked up in overrides");
  });

  it("offers a whole flag to begin with", async () => {
    const { text, position, tree } = open('{ "flags": { "f": | } }');
    const { items } = await editor.doComplete(text, position, tree);
    const examples = items.filter(({ label }) => label.startsWith("{"));
    assert.equal(examples.length, 1);
    assert.match(examples[0].insertText, /"type": "boolean"/);
  });
});

describe("hovering", () => {
  for (const [place, marked, expected] of [
    [
      "a field",
      flag('"sa|lt": "s"'),
      "What the hashes begin with; required where a rule hashes and has none of its own",
    ],
    [
      "an operator",
      rule('"when": { "attr": "a", "op": "not|In", "value": [1] }'),
      "The attribute is there and equals none of the list",
    ],
    [
      "a field of a segment",
      segment('{ "attr": "a", "op": "exists", "value": true, "inc|lude": [] }'),
      "Units that are in, unless they are excluded",
    ],
    ["the kind of a ramp", rule('"ramp": { "ki|nd": "stages", "stages": [] }'), "Jumps from one share to the next"],
  ])
    it(`over ${place} says what it is`, async () => assert.equal(await hover(marked), expected));
});

describe("an editor's complaints", () => {
  for (const [what, written, expected] of [
    ["nothing in a sound snapshot", rule('"when": { "attr": "a", "op": "eq", "value": 1 }'), []],
    ["a misspelt field of a flag", flag('"rule": []'), [['"rule"', "Property rule is not allowed."]]],
    [
      "a misspelt field of a segment",
      segment('{ "attr": "a", "op": "exists", "value": true, "inclde": [] }'),
      [['"inclde"', "Property inclde is not allowed."]],
    ],
    ["a field that is missing", flag('"overrides": [{ "ids": [] }]'), [["{", 'Missing property "variant".']]],
    ["a value of another type", flag('"enabled": "yes"'), [['"yes"', 'Incorrect type. Expected "boolean".']]],
    [
      "a value that the operator can't take",
      rule('"when": { "attr": "a", "op": "lt", "value": "1" }'),
      [['"1"', 'Incorrect type. Expected "number".']],
    ],
    ["a number out of range", rule('"percent": 101'), [["101", "Value is above the maximum of 100."]]],
  ])
    it(`are about ${what}`, async () => assert.deepEqual(await complaints(written), expected));
});

describe("a snapshot that names its schema", () => {
  const asked = [];
  const alone = service.getLanguageService({
    workspaceContext: { resolveRelativePath: (path, from) => new URL(path, from).href },
    schemaRequestService: (uri) => {
      asked.push(uri);
      return Promise.resolve(shipped);
    },
  });
  alone.configure({ validate: true });

  it("is checked by it, from where the package lies", async () => {
    const written =
      '{ "$schema": "./node_modules/tidegate/schema.json", "schemaVersion": 1, "revision": "1", "flag": {} }';
    const text = service.TextDocument.create("file:///shop/snapshot.json", "json", 1, written);
    const found = await alone.doValidation(text, alone.parseJSONDocument(text));
    assert.deepEqual(asked, ["file:///shop/node_modules/tidegate/schema.json"]);
    assert.deepEqual(
      found.map(({ message }) => message),
      ['Missing property "flags".', "Property flag is not allowed."],
    );
  });
});
