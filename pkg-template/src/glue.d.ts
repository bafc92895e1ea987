// What wasm-bindgen's output for module/ offers, typed by hand: its own declarations know no more than `any` for the
// objects that cross. The build puts the real file in this one's place.
import type { Explanation } from "./explanation.js";

/** Where a snapshot's bytes are written before they are loaded. */
export declare class Dock {
  constructor(length: number);
  address(): number;
}

/** One loaded snapshot. Text that it answers with is JSON. */
export declare class Engine {
  private constructor();
  /** Takes the dock. Throws JSON text where the snapshot is refused as a whole. */
  static load(dock: Dock): Engine;
  free(): void;
  report(): string;
  settle(): void;
  find(key: string): number;
  keys(): string;
  meaning(flag: number): number;
  describe(flag: number): string;
  paths(): string;
  attributes(): number;
  slots(): number;
  text(): number;
  text_capacity(): number;
  reserve_text(bytes: number): void;
  reserve_elements(count: number): void;
  decide(flag: number, stamp: number): number;
  decide_all(stamp: number, from: number): number;
  outcomes(): number;
  complaint(flag: number, stamp: number): string;
  explain(flag: number, stamp: number, now: number): Explanation | number;
}

export declare function initSync(module: { module: WebAssembly.Module }): { readonly memory: WebAssembly.Memory };
export declare function __wbg_reset_state(): void;
