// What wasm-bindgen's output for module/ offers, typed by hand: its own declarations know no more than `any` for the
// objects that cross. The build puts the real file in this one's place. Engines and flags are numbers; text that comes
// back is JSON.
import type { Explanation } from "./explanation.js";

/** Room for a snapshot's bytes: where it begins. */
export declare function dock(length: number): number;
/** Loads what is in the dock; -1 where it is refused as a whole, and `refusal` says why. */
export declare function load(): number;
export declare function refusal(): string;
export declare function free(engine: number): void;
export declare function report(engine: number): string;
export declare function settle(engine: number): void;
export declare function find(engine: number, key: string): number;
export declare function keys(engine: number): string;
export declare function meaning(engine: number, flag: number): number;
export declare function describe(engine: number, flag: number): string;
export declare function paths(engine: number): string;
export declare function attributes(engine: number): number;
export declare function slots(engine: number): number;
export declare function text(engine: number): number;
export declare function text_capacity(engine: number): number;
export declare function reserve_text(engine: number, bytes: number): void;
export declare function reserve_elements(engine: number, count: number): void;
export declare function restart(engine: number): void;
export declare function decide(engine: number, flag: number, stamp: number, now: number): number;
export declare function decide_all(engine: number, stamp: number, from: number, now: number): number;
export declare function outcomes(engine: number): number;
export declare function frozen_until(engine: number, now: number): number;
export declare function set_state(engine: number, flag: number, state: number): void;
export declare function stored(engine: number): number;
export declare function would_be(engine: number, flag: number, stamp: number, now: number): number;
export declare function complaint(engine: number, flag: number, stamp: number, now: number): string;
export declare function next_change(engine: number, flag: number, now: number): number;
export declare function explain(engine: number, flag: number, stamp: number, now: number): Explanation | number;

export declare function initSync(module: { module: WebAssembly.Module }): { readonly memory: WebAssembly.Memory };
export declare function __wbg_reset_state(): void;
