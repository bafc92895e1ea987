import { sentence, TidegateError } from "../error.js";
import { isPage } from "./page.js";
import type { Receipt, SendDetails, Sink } from "./sink.js";

export interface HttpSinkOptions {
  /** Where batches are posted to. */
  readonly url: string | URL;
  /** Headers besides `content-type`, which is `application/x-ndjson` unless it is among them. */
  readonly headers?: { readonly [name: string]: string };
  /**
   * Whether batches are compressed, where the runtime can; the receiver is told by `content-encoding: gzip`. The last one of a page
   * isn't, since that takes time. Off unless given.
   */
  readonly gzip?: boolean;
}

/** What browsers let outlive a page at a time, of all requests together, with room for headers, which some count. */
export const OUTLIVING = 60 * 1024;

const encoder = new TextEncoder();

/** Posts batches as NDJSON: one JSON object a line. Throws a `TidegateError` where the URL is none. */
export function httpSink({ url, headers = {}, gzip = false }: HttpSinkOptions): Sink {
  const target = addressOf(url);
  const given = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  if (!given.has("content-type")) given.set("content-type", "application/x-ndjson");
  const name = `the sink ${target.origin}${target.pathname}`;
  return {
    name,
    async send(lines, { signal, last }: SendDetails): Promise<Receipt> {
      const text = `${lines.join("\n")}\n`;
      if (last && isPage() && !("keepalive" in Request.prototype)) return beacon(target, given, text);
      const packs = gzip && !last && typeof CompressionStream === "function";
      const body = packs ? await compressed(text) : encoder.encode(text);
      try {
        const response = await fetch(target, {
          method: "POST",
          headers: Object.fromEntries(packs ? [...given, ["content-encoding", "gzip"]] : given),
          body,
          signal,
          // Most redirections turn what is posted into a question, whose answer says nothing of the batch.
          redirect: "manual",
          // A request that is under way when the page ends is not lost.
          keepalive: isPage() && body.byteLength <= OUTLIVING,
        });
        return await receiptOf(response);
      } catch (cause) {
        return { outcome: "later", why: sentence(cause) };
      }
    },
  };
}

function addressOf(url: string | URL): URL {
  try {
    return new URL(url, typeof location === "undefined" ? undefined : location.href);
  } catch (cause) {
    throw new TidegateError("INVALID_ARGUMENT", `\`${url}\` is no URL that exposures could be sent to`, { cause });
  }
}

/** For browsers that can't keep a request alive: a beacon does outlive the page, but takes no headers and brings no answer. */
function beacon(target: URL, headers: ReadonlyMap<string, string>, text: string): Receipt {
  if (headers.size > 1) return { outcome: "later", why: "a beacon can't carry headers" };
  const type = headers.get("content-type") ?? "";
  const taken = navigator.sendBeacon(target, new Blob([text], { type }));
  return taken ? { outcome: "taken" } : { outcome: "later", why: "the browser took no beacon" };
}

async function compressed(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** How much of an answer is told. */
const EXCERPT = 300;

async function receiptOf(response: Response): Promise<Receipt> {
  const { status, ok } = response;
  if (ok) {
    // Or the connection is not free for the next one.
    await response.body?.cancel();
    return { outcome: "taken" };
  }
  const said = (await response.text()).trim().slice(0, EXCERPT);
  const answer = response.type === "opaqueredirect" ? "a redirection" : `status ${status}`;
  const why = `answered with ${answer}${said === "" ? "" : `: ${said}`}`;
  if (status >= 400 && status < 500 && status !== 429) return { outcome: "refused", why };
  const after = waitIn(response.headers.get("retry-after"), Date.now());
  return { outcome: "later", why, ...(after === undefined ? undefined : { after }) };
}

/** The milliseconds that a `Retry-After` header asks for: it has seconds, or a date (RFC 9110, section 10.2.3). */
function waitIn(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return wait >= 0 ? wait : undefined;
}
