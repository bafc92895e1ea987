import { Seal } from "./seal.js";

// One cookie for all assignments: `name=key=value&key=value.seal`, the ones set first in front.

/** Assignments as a cookie has them. */
export class Sheet {
  readonly #name: string;
  readonly #seal: Seal | undefined;
  /** For pairs, each with the character between it and the next. */
  readonly #room: number;
  #entries = new Map<string, string>();

  /** `room` is for the cookie's name and value, in bytes. */
  constructor(name: string, key: string | Uint8Array | undefined, room: number) {
    this.#name = name;
    this.#seal = key === undefined ? undefined : new Seal(key);
    // The last pair has nobody behind it, but a seal has a dot.
    this.#room = room - `${name}=`.length - (this.#seal === undefined ? -1 : Seal.LENGTH);
  }

  get entries(): ReadonlyMap<string, string> {
    return this.#entries;
  }

  /**
   * Takes the entries out of a `Cookie` header, in which several cookies may have this name, for other paths and domains: the
   * first that can be read. Answers false where there is one, and none can be.
   */
  read(header: string): boolean {
    const start = `${this.#name}=`;
    const cookies = header.split(";").map((cookie) => cookie.trim());
    const values = cookies.filter((cookie) => cookie.startsWith(start)).map((cookie) => cookie.slice(start.length));
    this.#entries = new Map();
    for (const value of values) {
      const entries = this.#opened(value);
      if (entries === undefined) continue;
      this.#entries = entries;
      return true;
    }
    return values.length === 0;
  }

  /** Puts an entry behind the others, the first of which leave until it fits. Answers false where it never will. */
  set(key: string, value: string): boolean {
    if (lengthOf(key, value) > this.#room) return false;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    let length = 0;
    for (const entry of this.#entries) length += lengthOf(...entry);
    for (const [oldest, its] of this.#entries) {
      if (length <= this.#room) break;
      length -= lengthOf(oldest, its);
      this.#entries.delete(oldest);
    }
    return true;
  }

  /** The cookie, without its attributes. */
  cookie(): string {
    const pairs = Array.from(this.#entries, ([key, value]) => pair(key, value));
    const text = `${this.#name}=${pairs.join("&")}`;
    // The name is sealed too: a cookie of another store says nothing here.
    return this.#seal === undefined ? text : `${text}.${this.#seal.of(text)}`;
  }

  #opened(value: string): Map<string, string> | undefined {
    const dot = this.#seal === undefined ? value.length : value.lastIndexOf(".");
    const text = value.slice(0, dot);
    const isOurs = dot >= 0 && (this.#seal?.fits(`${this.#name}=${text}`, value.slice(dot + 1)) ?? true);
    if (!isOurs) return undefined;
    const entries = new Map<string, string>();
    for (const written of text === "" ? [] : text.split("&")) {
      const [key, its, more] = written.split("=").map(decoded);
      if (key === undefined || its === undefined || more !== undefined) return undefined;
      entries.set(key, its);
    }
    return entries;
  }
}

function lengthOf(key: string, value: string): number {
  return pair(key, value).length + 1;
}

function pair(key: string, value: string): string {
  return `${encoded(key)}=${encoded(value)}`;
}

/** Leaves none of the characters that mean something in a cookie, or here. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
