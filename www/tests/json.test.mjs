// The reader of half-written JSON against the language's own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("../src/json.ts", import.meta.url))],
  format: "esm",
  write: false,
  tsconfigRaw: {},
});
const source = Buffer.from(outputFiles[0].contents).toString("base64");
const { offsetOf, outline, position, tokens } = await import(`data:text/javascript;base64,${source}`);

const SAMPLE = `{ "a": [1, -2.5e+3, true, null, "x\\n\\u00e9"], "b/c~": { "": {} }, "小明": "😀" }\n`;

function parses(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("it finds a fault exactly where JSON.parse does", () => {
  const scraps = [
    "",
    " ",
    ",",
    "}",
    "]",
    "{",
    "[",
    ":",
    '"',
    "\\",
    "0",
    "1",
    "-",
    ".",
    "e",
    "t",
    "nul",
    "\t",
    "\n",
    "\u00a0",
    "//",
    "'",
  ];
  let broken = 0;
  for (let at = 0; at <= SAMPLE.length; at++) {
    for (const scrap of scraps) {
      for (const rest of [SAMPLE.slice(at), SAMPLE.slice(at + 1)]) {
        const text = SAMPLE.slice(0, at) + scrap + rest;
        const { fault } = outline(text);
        assert.equal(fault === undefined, parses(text), text);
        if (fault !== undefined) broken++;
        if (fault !== undefined) assert.ok(fault.start >= 0 && fault.start <= text.length, text);
        assert.equal(
          tokens(text)
            .map(({ start, end }) => text.slice(start, end))
            .join(""),
          text,
        );
      }
    }
  }
  assert.ok(broken > 1000);
});

test("it knows the place of every value", () => {
  const { places } = outline(SAMPLE);
  const begins = (pointer) => SAMPLE.slice(places.get(pointer)).slice(0, 4);
  assert.deepEqual(["", "/a", "/a/1", "/a/4", "/b~1c~0/", "/小明"].map(begins), [
    '{ "a',
    "[1, ",
    "-2.5",
    '"x\\n',
    "{} }",
    '"😀"',
  ]);
});

test("it says what is wrong in words", () => {
  const complaints = {
    "": "expected a value, found the end",
    "{": "expected a key in double quotes or `}`, found the end",
    "{a: 1}": "expected a key in double quotes or `}`, found `a`",
    '{"a" 1}': "expected `:`, found `1`",
    '{"a": 1 "b": 2}': '`,` or `}`, found `"b"`',
    '{"a": 1,}': "a comma stands before `}`, which JSON does not allow",
    "[1,]": "a comma stands before `]`, which JSON does not allow",
    '["a\n"]': "does not end on its line",
    '["a\tb"]': "a control character, such as a tab, stands in a string: write it as `\\t`",
    "[NaN]": "found `NaN`",
    "[01]": "found `01`",
    "{} {}": "expected the end, found `{`",
  };
  for (const [text, message] of Object.entries(complaints)) {
    assert.ok(outline(text).fault?.message.includes(message), `${text}: ${outline(text).fault?.message}`);
  }
});

test("lines and columns lead there and back", () => {
  for (let offset = 0; offset <= SAMPLE.length; offset++) {
    const { line, column } = position(SAMPLE, offset);
    assert.equal(offsetOf(SAMPLE, line, column), offset);
  }
  assert.deepEqual(position("a\nbc", 3), { line: 2, column: 2 });
});
