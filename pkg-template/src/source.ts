import { sentence, TidegateError } from "./error.js";
import { runtime } from "./runtime.js";

// From what callers hold to the bytes of a snapshot.

/** A snapshot as an object: what the JSON document has at the top. The module checks the rest. */
export interface SnapshotObject {
  readonly schemaVersion: number;
  readonly revision: string;
  readonly flags: object;
  readonly [field: string]: unknown;
}

/** A snapshot in hand: its bytes (JSON in UTF-8) or the parsed object. */
export type Snapshot = ArrayBufferView | ArrayBuffer | SnapshotObject;

/** What `Tidegate.load` takes: a snapshot, where it is (a URL, or its text), or a body that holds it. */
export type SnapshotSource = Snapshot | URL | string | Response | Blob;

/** The module reads no more; checked here so that a huge document is not even copied. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The bytes of a snapshot in hand: the caller's own, where they are bytes already. */
export function bytesOf(snapshot: unknown): Uint8Array {
  if (typeof snapshot === "string") throw notASource(snapshot);
  if (ArrayBuffer.isView(snapshot)) {
    return limited(new Uint8Array(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength));
  }
  if (isArrayBuffer(snapshot)) return limited(new Uint8Array(snapshot));
  if (typeof snapshot !== "object" || snapshot === null) {
    throw new TidegateError("INVALID_ARGUMENT", "a snapshot is bytes or an object");
  }
  if (isUrl(snapshot) || isBody(snapshot)) {
    throw new TidegateError(
      "INVALID_ARGUMENT",
      "only `Tidegate.load` takes a URL or a Response: fetch it, and pass its bytes or its object here",
    );
  }
  let text: string | undefined;
  try {
    text = JSON.stringify(snapshot);
  } catch (cause) {
    throw new TidegateError("INVALID_ARGUMENT", `the snapshot is no JSON: ${sentence(cause)}`, { cause });
  }
  if (text === undefined) throw new TidegateError("INVALID_ARGUMENT", "the snapshot is no JSON");
  return limited(new TextEncoder().encode(text));
}

/** The bytes of a snapshot, fetched or read where it is not in hand yet. */
export async function obtainBytes(source: unknown): Promise<Uint8Array> {
  if (typeof source === "string") return await fetchBytes(urlOf(source));
  if (isUrl(source)) return await fetchBytes(new URL(source.href));
  if (isBody(source)) return await bodyOf(source, source.url ?? "");
  return bytesOf(source);
}

/** Where a source is, for messages; empty for one in hand. */
export function placeOf(source: unknown): string {
  if (typeof source === "string") return source;
  if (isUrl(source)) return source.href;
  return isBody(source) ? (source.url ?? "") : "";
}

async function fetchBytes(url: URL): Promise<Uint8Array> {
  try {
    if (url.protocol === "file:" && runtime?.readFile) return limited(await runtime.readFile(url));
    return await bodyOf(await fetch(url), url.href);
  } catch (cause) {
    if (cause instanceof TidegateError) throw cause;
    throw new TidegateError("FETCH_FAILED", `\`${url.href}\` could not be fetched: ${reason(cause)}`, { cause });
  }
}

/** `fetch` says little more than that it failed; its cause tells why. */
function reason(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause instanceof Error && cause.message !== "" ? cause.message : sentence(thrown);
}

/** A Response or a Blob. */
interface Body {
  arrayBuffer(): Promise<ArrayBuffer>;
  readonly ok?: boolean;
  readonly status?: number;
  readonly url?: string;
}

async function bodyOf(body: Body, url: string): Promise<Uint8Array> {
  const name = url === "" ? "the response" : `\`${url}\``;
  if (body.ok === false) throw new TidegateError("FETCH_FAILED", `${name} answered with status ${body.status}`);
  try {
    return limited(new Uint8Array(await body.arrayBuffer()));
  } catch (cause) {
    if (cause instanceof TidegateError) throw cause;
    throw new TidegateError("FETCH_FAILED", `${name} could not be read: ${reason(cause)}`, { cause });
  }
}

function urlOf(text: string): URL {
  const base = /^\.{0,2}\//.test(text) ? (runtime?.base?.() ?? placeOfThePage()) : undefined;
  if (base !== undefined || /^(https?|file|data|blob):/i.test(text)) {
    try {
      return new URL(text, base);
    } catch {
      // Not a URL after all: refused below.
    }
  }
  throw notASource(text);
}

/** What relative URLs are resolved against, where there is a page or a worker of one. */
function placeOfThePage(): string | undefined {
  if (typeof document !== "undefined") return document.baseURI;
  return typeof location === "undefined" ? undefined : location?.href;
}

function notASource(text: string): TidegateError {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  const message = /^\s*[[{]/.test(text)
    ? `a snapshot's text is passed as bytes or as an object: \`new TextEncoder().encode(text)\` or \`JSON.parse(text)\` in place of \`${shown}\``
    : `\`${shown}\` is no URL that can be resolved here: pass an absolute one, such as \`new URL("./snapshot.json", import.meta.url)\`, or the snapshot's bytes or object`;
  return new TidegateError("INVALID_ARGUMENT", message);
}

function limited(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength <= MAX_BYTES) return bytes;
  throw new TidegateError(
    "TOO_LARGE",
    `the snapshot has ${bytes.byteLength} bytes where at most ${MAX_BYTES} are read`,
    { path: "" },
  );
}

// Kinds are told by their brand, so that objects of another realm (a test runner's, a frame's) are known too.

function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

function isUrl(value: unknown): value is URL {
  return Object.prototype.toString.call(value) === "[object URL]";
}

function isBody(value: unknown): value is Body {
  return (
    typeof value === "object" && value !== null && "arrayBuffer" in value && typeof value.arrayBuffer === "function"
  );
}
