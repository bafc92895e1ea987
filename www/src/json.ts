// JSON as people type it: coloured while it is half written, and told where it goes wrong. What a text means is left
// to `JSON.parse` and to the module.

export type Kind = "key" | "string" | "number" | "word" | "mark" | "space" | "broken";

export interface Token {
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
}

const TOKEN =
  /(?<space>[ \t\r\n]+)|(?<string>"(?:[^"\\\n]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.+-]))|(?<word>(?:true|false|null)\b)|(?<mark>[{}[\],:])|(?<broken>"[^\n]*|[^\s"{}[\],:]+)/gy;

const COLON = /[ \t\r\n]*:/y;

/** Every character of the text is in one token. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let start = 0; start < text.length; ) {
    TOKEN.lastIndex = start;
    const groups = TOKEN.exec(text)?.groups ?? {};
    // A white space that JSON does not know is in no group.
    const end = TOKEN.lastIndex > start ? TOKEN.lastIndex : start + 1;
    found.push({ kind: kindOf(groups, text, end), start, end });
    start = end;
  }
  return found;
}

function kindOf(groups: Record<string, string | undefined>, text: string, end: number): Kind {
  if (groups["space"] !== undefined) return "space";
  if (groups["mark"] !== undefined) return "mark";
  if (groups["number"] !== undefined) return "number";
  if (groups["word"] !== undefined) return "word";
  if (groups["string"] === undefined || hasControl(groups["string"])) return "broken";
  COLON.lastIndex = end;
  return COLON.test(text) ? "key" : "string";
}

function hasControl(written: string): boolean {
  for (let at = 0; at < written.length; at++) if (written.charCodeAt(at) < 0x20) return true;
  return false;
}

/** Where a text stops being JSON, and why. */
export interface Fault {
  readonly start: number;
  readonly message: string;
}

export interface Outline {
  /** Where each value begins, by JSON Pointer (RFC 6901); a value of a duplicate key is the first one's. */
  readonly places: ReadonlyMap<string, number>;
  readonly fault?: Fault;
}

type Wanted = "value" | "value or `]`" | "key or `}`" | "key" | "`:`" | "`,` or `}`" | "`,` or `]`" | "end";

interface Level {
  readonly path: string;
  readonly list: boolean;
  index: number;
}

/** The places of a text's values, up to its first fault. */
export function outline(text: string): Outline {
  const places = new Map<string, number>();
  const levels: Level[] = [];
  let wanted: Wanted = "value";
  let path = "";

  const close = (): Wanted => {
    levels.pop();
    return after(levels.at(-1));
  };
  for (const { kind, start, end } of tokens(text)) {
    if (kind === "space") continue;
    const written = text.slice(start, end);
    const level = levels.at(-1);
    if (kind === "broken") return { places, fault: { start, message: complaint(wanted, written) } };
    if ((wanted === "value" || wanted === "value or `]`") && isValue(kind, written)) {
      if (level?.list) path = `${level.path}/${level.index++}`;
      if (!places.has(path)) places.set(path, start);
      if (written === "{" || written === "[") {
        levels.push({ path, list: written === "[", index: 0 });
        wanted = written === "[" ? "value or `]`" : "key or `}`";
      } else wanted = after(level);
    } else if ((wanted === "key" || wanted === "key or `}`") && (kind === "key" || kind === "string")) {
      path = `${level?.path ?? ""}/${step(written)}`;
      wanted = "`:`";
    } else if (wanted === "`:`" && written === ":") wanted = "value";
    else if (wanted === "`,` or `}`" && written === ",") wanted = "key";
    else if (wanted === "`,` or `]`" && written === ",") wanted = "value";
    else if (written === "}" && (wanted === "key or `}`" || wanted === "`,` or `}`")) wanted = close();
    else if (written === "]" && (wanted === "value or `]`" || wanted === "`,` or `]`")) wanted = close();
    else return { places, fault: { start, message: complaint(wanted, written) } };
  }
  if (wanted === "end") return { places };
  return { places, fault: { start: text.trimEnd().length, message: `expected ${NAMES[wanted]}, found the end` } };
}

const NAMES: { readonly [W in Wanted]: string } = {
  value: "a value",
  "value or `]`": "a value or `]`",
  "key or `}`": "a key in double quotes or `}`",
  key: "a key in double quotes",
  "`:`": "`:`",
  "`,` or `}`": "`,` or `}`",
  "`,` or `]`": "`,` or `]`",
  end: "the end",
};

function after(level: Level | undefined): Wanted {
  if (level === undefined) return "end";
  return level.list ? "`,` or `]`" : "`,` or `}`";
}

function isValue(kind: Kind, written: string): boolean {
  return kind === "mark" ? written === "{" || written === "[" : kind !== "space" && kind !== "broken";
}

function complaint(wanted: Wanted, written: string): string {
  const found = written.length > 24 ? `${written.slice(0, 23)}…` : written;
  if (wanted === "key" && written === "}") return "a comma stands before `}`, which JSON does not allow";
  if (wanted === "value" && written === "]") return "a comma stands before `]`, which JSON does not allow";
  if (written.startsWith('"') && (written.length === 1 || !written.endsWith('"'))) {
    return `the string \`${found}\` does not end on its line`;
  }
  if (hasControl(written)) return "a control character, such as a tab, stands in a string: write it as `\\t`";
  return `expected ${NAMES[wanted]}, found \`${found}\``;
}

/** A key as a step of a pointer. */
function step(written: string): string {
  return String(JSON.parse(written)).replaceAll("~", "~0").replaceAll("/", "~1");
}

/** Line and column of an offset, both from 1. */
export function position(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

/** The offset of a line and column, both from 1, or the text's end. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const end = text.indexOf("\n", start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  return Math.min(start + column - 1, text.length);
}
