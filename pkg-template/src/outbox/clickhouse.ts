import { TidegateError } from "../error.js";
import { type HttpSinkOptions, httpSink } from "./http.js";
import type { Sink } from "./sink.js";

export interface ClickHouseSinkOptions extends Omit<HttpSinkOptions, "headers"> {
  /** The table that rows are inserted into. */
  readonly table: string;
  /** Its database: the user's own unless given. */
  readonly database?: string;
  /** Sent as `X-ClickHouse-User`. */
  readonly user?: string;
  /** Sent as `X-ClickHouse-Key`. In a page, everybody can read it. */
  readonly password?: string;
  /** Settings of the insertion, such as `{ async_insert: 1 }`. */
  readonly settings?: { readonly [setting: string]: string | number };
  /** Further headers, such as `authorization`. */
  readonly headers?: { readonly [name: string]: string };
}

/**
 * Posts batches to ClickHouse's HTTP interface: `INSERT INTO table FORMAT JSONEachRow` in the query string, the rows in the body.
 * `docs/EXPOSURES.md` has a table for them. Throws a `TidegateError` where the URL is none, or the table has no name.
 */
export function clickHouseSink(options: ClickHouseSinkOptions): Sink {
  const { url, table, database, user, password, settings = {}, headers = {}, gzip = false } = options;
  if (table === "") throw new TidegateError("INVALID_ARGUMENT", "`table` is empty: expected the name of a table");
  const place = [...(database === undefined ? [] : [database]), table].map(quoted).join(".");
  const parameters = [
    ["query", `INSERT INTO ${place} FORMAT JSONEachRow`],
    ...Object.entries(settings).map(([name, value]) => [name, String(value)]),
  ];
  const sink = httpSink({
    url: withParameters(url, parameters),
    gzip,
    headers: {
      ...(user === undefined ? undefined : { "x-clickhouse-user": user }),
      ...(password === undefined ? undefined : { "x-clickhouse-key": password }),
      ...headers,
    },
  });
  return { ...sink, name: `${sink.name}, table ${place},` };
}

/** Keeps the parameters that the address has. */
function withParameters(url: string | URL, parameters: readonly (readonly string[])[]): string {
  const text = String(url);
  const added = parameters.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
  return `${text}${text.includes("?") ? "&" : "?"}${added}`;
}

/** A name as SQL has it, whatever it is made of. */
function quoted(name: string): string {
  return `\`${name.replace(/[\\`]/g, "\\$&")}\``;
}
