import { sha256 } from "@noble/hashes/sha2.js";

// Which units are in a sample. SHA-256, because every warehouse has it: a sample can be drawn again there. It is slow beside the
// evaluator's hash, but asked once an exposure, not once a decision.

const encoder = new TextEncoder();

/**
 * Whether a unit is in a sample of this rate: whether the first four bytes of the SHA-256 of its text, as a big-endian number,
 * are below `rate × 2³²`. So a unit is in or out in every session and runtime, and one that is in stays in when the rate grows.
 */
export function isSampled(unit: string, rate: number): boolean {
  if (rate >= 1) return true;
  const hash = sha256(encoder.encode(unit));
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0) < rate * 2 ** 32;
}
