import type { Exposure } from "../exposure.js";
import type { ListedAttributes } from "../listed.js";

/** An exposure as it is sent: flat, so that each field can be a column. */
export interface ExposureRow {
  /** A random UUID. It stays the same however often the row is sent: by it a receiver drops doubles. */
  readonly id: string;
  /** When the unit met the variant, in epoch milliseconds. */
  readonly at: number;
  readonly flag: string;
  readonly variant: string;
  readonly unit: string;
  readonly unitKind: string;
  readonly reason: string;
  readonly rule?: string;
  readonly experiment?: string;
  readonly layer?: string;
  readonly holdout?: string;
  /** The variant that a unit would have got that a holdout holds back, where it would have got one. */
  readonly wouldBe?: string;
  readonly stored?: true;
  readonly revision: string;
  /** The share of units whose exposures are sent, from 0 to 1: each row stands for `1 / sample` of them. */
  readonly sample: number;
  /** The attributes that are listed, by path; absent where none are. */
  readonly attributes?: ListedAttributes;
}

export function rowOf(exposure: Exposure, sample: number, listsAny: boolean): ExposureRow {
  const { at, flag, variant, unit, unitKind, reason, rule, experiment, layer, holdout, wouldBe, stored, revision } =
    exposure;
  // What is undefined is left out when it is written as JSON.
  const row = { id: uuid(), at, flag, variant, unit, unitKind, reason, rule, experiment, layer, holdout };
  const attributes = listsAny ? exposure.attributes : undefined;
  return { ...row, wouldBe: wouldBe?.variant, stored, revision, sample, attributes } as ExposureRow;
}

/** A version 4 UUID (RFC 9562). `crypto.randomUUID` is not there in pages without TLS. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
