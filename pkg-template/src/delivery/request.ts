import { sentence, TidegateError } from "../error.js";
import { addressOf } from "./address.js";
import type { Ending } from "./ending.js";
import { IN_PAGE } from "./page.js";
import { PATCH_TYPE } from "./patch.js";
import type { Settings } from "./settings.js";
import { isTag } from "./stored.js";
import { within } from "./timing.js";

// One question to the server: is there another snapshot? Nothing is thrown: what failed is an answer too.

export type Answer =
  /** What is there is the newest. */
  | { readonly kind: "same"; readonly events?: URL }
  | { readonly kind: "whole" | "patch"; readonly bytes: Uint8Array; readonly etag?: string; readonly events?: URL }
  | Failure;

export interface Failure {
  readonly kind: "failed";
  readonly error: TidegateError;
  /** Whether to ask again soon is of no use. */
  readonly final: boolean;
  /** How long the server wants to be left alone, in milliseconds. */
  readonly after?: number;
}

/** The client's side of the condition. */
export interface Known {
  readonly etag?: string | undefined;
  /** Whether a patch of what is there would be of use. */
  readonly patches: boolean;
}

/** Statuses from 400 to 499 that pass by themselves: a time-out, too early, too many. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** A server that wants to be left alone for longer is asked after an hour all the same. */
const PATIENCE = 3_600_000;

export async function request(settings: Settings, { etag, patches }: Known, closing: Ending): Promise<Answer> {
  const { url, requestTimeout } = settings;
  const late = () => new TidegateError("FETCH_FAILED", `\`${url.href}\` was not there after ${requestTimeout} ms`);
  try {
    return await within(requestTimeout, closing, late, async (signal) => {
      const headers = new Headers(settings.headers);
      // Short and plain, so that a page may send it to another origin without asking first.
      if (patches) headers.set("accept", `${PATCH_TYPE}, */*;q=0.9`);
      if (etag !== undefined) headers.set("if-none-match", etag);
      const response = await settings.fetch(url.href, {
        headers,
        signal,
        // Without a condition of ours a page's own cache asks with its own.
        ...(IN_PAGE && etag === undefined ? { cache: "no-cache" as const } : undefined),
      });
      return await answerOf(settings, response, etag !== undefined);
    });
  } catch (cause) {
    const error =
      cause instanceof TidegateError
        ? cause
        : new TidegateError("FETCH_FAILED", `\`${url.href}\` could not be fetched: ${reasonOf(cause)}`, { cause });
    return { kind: "failed", error, final: error.code === "TOO_LARGE" };
  }
}

async function answerOf(settings: Settings, response: Response, conditional: boolean): Promise<Answer> {
  const { status, headers } = response;
  const place = `\`${settings.url.href}\``;
  const events = eventsOf(settings, response);
  if (status === 304 && conditional) return { kind: "same", ...events };
  if (!response.ok) {
    await response.body?.cancel();
    const what = status === 304 ? "status 304 to a request without a condition" : `status ${status}`;
    const after = retryAfter(headers);
    return {
      kind: "failed",
      error: new TidegateError("FETCH_FAILED", `${place} answered with ${what}`),
      final: status >= 400 && status < 500 && !PASSING.has(status),
      ...(after === undefined ? undefined : { after }),
    };
  }
  const bytes = await bodyOf(response, place, settings.maxBytes);
  const type = (headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  const tag = headers.get("etag");
  return {
    kind: type === PATCH_TYPE ? "patch" : "whole",
    bytes,
    ...(isTag(tag) ? { etag: tag } : undefined),
    ...events,
  };
}

/** The body, decoded, as far as it isn't larger than is taken. */
async function bodyOf(response: Response, place: string, most: number): Promise<Uint8Array> {
  const large = (size: string) =>
    new TidegateError("TOO_LARGE", `${place} has ${size} bytes where at most ${most} are taken`);
  const announced = Number(response.headers.get("content-length") ?? 0);
  if (announced > most) {
    await response.body?.cancel();
    throw large(String(announced));
  }
  const reader = response.body?.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    length += part.value.byteLength;
    if (length > most) {
      await reader?.cancel();
      throw large(`more than ${most}`);
    }
    parts.push(part.value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

/** Where the server offers events, or is said to. */
function eventsOf({ events, url }: Settings, { headers, url: place }: Response): { events: URL } | undefined {
  if (typeof events !== "boolean") return { events };
  const offered = events ? headers.get("tidegate-events") : null;
  const target = offered === null ? undefined : addressOf(offered, place || url.href);
  return target === undefined ? undefined : { events: target };
}

/**
 * How long the server wants to be left alone: seconds, or a date, which is compared with the server's own so that it doesn't
 * matter what the time is here.
 */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  const date = headers.get("date");
  const milliseconds = /^\d+$/.test(text.trim())
    ? Number(text) * 1000
    : Date.parse(text) - (date === null ? Date.now() : Date.parse(date));
  return Number.isNaN(milliseconds) ? undefined : Math.min(Math.max(milliseconds, 0), PATIENCE);
}

/** `fetch` says little more than that it failed; its cause tells why. */
export function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause instanceof Error && cause.message !== "" ? cause.message : sentence(thrown);
}
