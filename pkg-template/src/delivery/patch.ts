import canonicalize from "canonicalize";
import apply from "json-merge-patch/lib/apply.js";
import { sentence, TidegateError } from "../error.js";
import { isTag } from "./stored.js";

// Updates as a difference: docs/DELIVERY.md has the format. A patch that doesn't fit costs a request for the whole, no more.

/** The media type of an update that is a patch. */
export const PATCH_TYPE = "application/vnd.tidegate.patch+json";

/** A JSON merge patch (RFC 7396) of one revision to another. */
export interface Patch {
  /** The revision that it is of. */
  readonly from: string;
  readonly to: string;
  /** Of the whole that it makes, in its canonical form (RFC 8785, in UTF-8): the SHA-256, in hexadecimal. */
  readonly sha256: string;
  /** The `ETag` that the whole is served with. */
  readonly etag?: string;
  readonly patch: object;
}

/** Whether the runtime can check a patch: a page that came by plain http can't, nor can a browser of before 2023. */
export function canPatch(): boolean {
  return typeof crypto !== "undefined" && crypto.subtle !== undefined && "isWellFormed" in String.prototype;
}

/** Whether a snapshot is one that patches are of. Compiled ones aren't. */
export function isJson(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7b;
}

/** Reads a patch; throws where it is none. */
export function patchOf(text: string): Patch {
  let read: unknown;
  try {
    read = JSON.parse(text, harmless);
  } catch (cause) {
    throw new TidegateError("PATCH_FAILED", `the patch can't be read: ${sentence(cause)}`, { cause });
  }
  const { from, to, sha256, etag, patch } = (read ?? {}) as Partial<Record<keyof Patch, unknown>>;
  const named = typeof from === "string" && typeof to === "string" && typeof sha256 === "string";
  if (!named || typeof patch !== "object" || patch === null || Array.isArray(patch)) {
    throw new TidegateError("PATCH_FAILED", "the patch has not all of `from`, `to`, `sha256` and an object `patch`");
  }
  return { from, to, sha256, patch, ...(isTag(etag) ? { etag } : undefined) };
}

/** The library writes to the members that a patch names, whatever they are called. */
function harmless(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new Error("it has a member `__proto__`");
  return value;
}

/** The whole that a patch makes of another, in its canonical form. Rejects where that isn't what was meant. */
export async function patched(base: Uint8Array, patch: Patch): Promise<Uint8Array> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const whole = apply(JSON.parse(new TextDecoder().decode(base), harmless), patch.patch);
    bytes = new TextEncoder().encode(canonicalize(whole));
  } catch (cause) {
    throw new TidegateError("PATCH_FAILED", `the patch to \`${patch.to}\` can't be applied: ${sentence(cause)}`, {
      cause,
    });
  }
  const found = hexadecimal(await crypto.subtle.digest("SHA-256", bytes));
  if (found !== patch.sha256) {
    throw new TidegateError(
      "PATCH_FAILED",
      `what the patch to \`${patch.to}\` makes has the digest ${found} where ${patch.sha256} was meant`,
    );
  }
  return bytes;
}

function hexadecimal(digest: ArrayBuffer): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
