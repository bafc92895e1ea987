// What wasm-bindgen's output for src/wasm offers, typed by hand: its own declarations know no more than `any` for the
// objects that cross. The build puts the real file in this one's place.
import type { Explanation } from "./explanation.js";
import type { LoadReport } from "./types.js";

export interface FlagInfo {
  key: string;
  /** 0 boolean, 1 string, 2 number, 3 object. */
  type: number;
  variants: string[];
  /** A JSON list with the variants' values, in order. */
  values: string;
  rules: string[];
  /** A JSON object. */
  metadata: string;
  /** The attribute slots that it can read, through segments and prerequisites. */
  slots: ArrayLike<number>;
  /** The outcome of a flag that never needs the context, else -1. */
  constant: number;
}

export interface AttributeInfo {
  path: string[];
  /** The strings that it is compared with for equality, and their numbers. */
  symbols: [string, number][];
  /** Whether its bytes may be wanted. */
  text: boolean;
}

/** One loaded snapshot. */
export declare class Engine {
  private constructor();
  static load(bytes: Uint8Array): Engine;
  free(): void;
  report(): LoadReport;
  find(key: string): number;
  keys(): string[];
  describe(flag: number): FlagInfo;
  attributes(from: number): AttributeInfo[];
  slots(): number;
  text(): number;
  text_capacity(): number;
  reserve_text(bytes: number): void;
  reserve_elements(count: number): void;
  decide(flag: number, stamp: number): number;
  decide_all(stamp: number, from: number): number;
  outcomes(): number;
  explain(flag: number, stamp: number, now: number): Explanation | { need: number };
  complaint(flag: number, stamp: number): string;
  changed(next: Engine): string[];
}

export declare function initSync(module: { module: WebAssembly.Module }): { readonly memory: WebAssembly.Memory };
export declare function __wbg_reset_state(): void;
