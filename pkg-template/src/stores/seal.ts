import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { TidegateError } from "../error.js";

// Sealing what a client keeps, so that it is noticed where somebody else wrote it: HMAC-SHA-256 (RFC 2104), in hexadecimal.

/** A shorter key can be guessed. */
const LEAST = 16;

const encoder = new TextEncoder();

export class Seal {
  /** A seal's characters. */
  static readonly LENGTH = 64;

  readonly #key: Uint8Array;

  constructor(key: string | Uint8Array) {
    this.#key = typeof key === "string" ? encoder.encode(key) : Uint8Array.from(key);
    if (this.#key.length < LEAST) {
      throw new TidegateError(
        "INVALID_ARGUMENT",
        `\`key\` has ${this.#key.length} bytes: expected ${LEAST} at least, as secret as a password`,
      );
    }
  }

  of(text: string): string {
    return bytesToHex(hmac(sha256, this.#key, encoder.encode(text)));
  }

  /** Whether a seal is the text's. How long that takes doesn't tell where it differs. */
  fits(text: string, seal: string): boolean {
    const expected = this.of(text);
    if (seal.length !== expected.length) return false;
    let difference = 0;
    for (let at = 0; at < expected.length; at++) difference |= expected.charCodeAt(at) ^ seal.charCodeAt(at);
    return difference === 0;
  }
}
