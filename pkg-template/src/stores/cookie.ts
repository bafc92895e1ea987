import { TidegateError } from "../error.js";
import { Trouble } from "../trouble.js";
import { Sheet } from "./sheet.js";
import type { Store } from "./store.js";

export interface CookieStoreOptions {
  /**
   * Seals the cookie, so that one that somebody else wrote counts as none: a secret of 16 bytes at least. A page can't keep
   * one: there, and without a key, whoever has the browser chooses what is in the cookie.
   */
  readonly key?: string | Uint8Array;
  /** The cookie's name: `tidegate` unless given. */
  readonly name?: string;
  /** On a server, the request's `Cookie` header, null where it has none. Without it, the page's cookies are used. */
  readonly header?: string | null;
  /** For how long the browser keeps it, in seconds: 400 days unless given, and browsers allow no more. */
  readonly maxAge?: number;
  /** `/` unless given. */
  readonly path?: string;
  /** The host alone unless given. */
  readonly domain?: string;
  /** `Lax` unless given. */
  readonly sameSite?: "Strict" | "Lax" | "None";
  /** Whether it goes over HTTPS alone. It does unless given. */
  readonly secure?: boolean;
  /** Whether it is kept from the page's scripts, which can't set such a cookie either. It isn't unless given. */
  readonly httpOnly?: boolean;
}

export interface CookieStore extends Store {
  /** The values of the `Set-Cookie` headers that the response has to carry: one where something was set, else none. */
  setCookie(): string[];
}

/** What every browser takes for one cookie, with its name and attributes, in bytes. */
const ROOM = 4096;
const DAY = 86_400;

/**
 * Keeps assignments in a cookie: the page's, or on a server the one that came with a request, whose response then carries
 * `setCookie()`. What doesn't fit into 4 kB pushes out what was set first. A cookie that can't be read, or whose seal doesn't
 * fit, is reported once and counts as none. Throws a `TidegateError` where the options make no cookie.
 */
export function cookieStore(options: CookieStoreOptions = {}): CookieStore {
  const { key, header, name = "tidegate" } = options;
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw refusal(`\`${name}\` can't be a cookie's name`);
  const trouble = new Trouble("STORE_FAILED", `the cookie \`${name}\``);
  const attributes = attributesOf(options);
  const sheet = new Sheet(name, key, ROOM - attributes.length);
  /** The cookies that the sheet was read from. */
  let read = "";
  let written: string | undefined;

  /** Reads anew where the cookies are other ones: another tab may have set some. */
  function refresh(): void {
    const cookies = header === undefined ? pageCookies(trouble) : (header ?? "");
    if (cookies === read) return;
    read = cookies;
    if (!sheet.read(cookies)) trouble.tell("can't be read: it is damaged, or sealed with another key");
  }

  return {
    get(key) {
      refresh();
      return sheet.entries.get(key);
    },
    set(key, value) {
      refresh();
      if (sheet.entries.get(key) === value) return;
      if (!sheet.set(key, value)) {
        trouble.tell(`has no room for an assignment of ${key.length + value.length} characters`);
        return;
      }
      written = sheet.cookie() + attributes;
      if (header === undefined) setPageCookie(written, trouble);
    },
    setCookie: () => (written === undefined ? [] : [written]),
  };
}

function attributesOf(options: CookieStoreOptions): string {
  const { maxAge = 400 * DAY, path = "/", domain, sameSite = "Lax", secure = true, httpOnly = false } = options;
  const given = [`Max-Age=${maxAge}`, `Path=${path}`, ...(domain === undefined ? [] : [`Domain=${domain}`])];
  const attributes = [
    ...given,
    `SameSite=${sameSite}`,
    ...(secure ? ["Secure"] : []),
    ...(httpOnly ? ["HttpOnly"] : []),
  ];
  const strange = attributes.find((attribute) => !/^[ -:<-~]*$/.test(attribute));
  if (strange !== undefined) throw refusal(`\`${strange}\` can't be a cookie's attribute`);
  return attributes.map((attribute) => `; ${attribute}`).join("");
}

function pageCookies(trouble: Trouble): string {
  try {
    return document.cookie;
  } catch (cause) {
    trouble.tell("can't be read", cause);
    return "";
  }
}

function setPageCookie(cookie: string, trouble: Trouble): void {
  try {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is asynchronous
    document.cookie = cookie;
  } catch (cause) {
    trouble.tell("can't be written", cause);
  }
}

function refusal(message: string): TidegateError {
  return new TidegateError("INVALID_ARGUMENT", message);
}
