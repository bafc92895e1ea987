import { __wbg_reset_state, initSync } from "tidegate-glue";
import { TidegateError } from "./error.js";

// The one instance of the module, and views of its memory. Every snapshot lives in it, so when it traps, all of them
// are gone: the generation goes up, and each is loaded anew, from the bytes kept of it, when it is next asked.
//
// A trap is noticed by what it leaves behind: `inside` is set before the module is entered and unset after it has come
// back, so whoever finds it set knows that the last call was thrown out of. That takes no handler, which an exhausted
// stack might have no room to run. The module calls nobody, so nothing of ours runs in between.

let module: WebAssembly.Module | undefined;
let memory: WebAssembly.Memory | undefined;
let dead = false;

export const vitals = {
  /** Counts the instances: what belongs to another than this one is gone. */
  generation: 0,
  /** Whether a call into the module is under way, or was thrown out of. */
  inside: false,
  /** Goes up with everything that may write to the module's memory, or move what is in it. */
  epoch: 0,
};

/** To be called before the module is entered. */
export function enter(): void {
  vitals.inside = true;
  vitals.epoch += 1;
}

export let i32 = new Int32Array(0);
export let f64 = new Float64Array(0);
export let u8 = new Uint8Array(0);

/** Instantiates the module; the first one given stays. */
export function start(compiled: WebAssembly.Module): void {
  if (module !== undefined) return;
  // wasm-bindgen's glue takes what has another prototype for bytes, and a module of another realm has its realm's: Next's
  // server compiles it outside the sandbox that middleware runs in.
  const { prototype } = WebAssembly.Module;
  if (Object.getPrototypeOf(compiled) !== prototype) Object.setPrototypeOf(compiled, prototype);
  memory = initSync({ module: compiled }).memory;
  module = compiled;
  refresh();
}

/** The memory of the instance that is in use. */
export function memoryInUse(): WebAssembly.Memory {
  if (memory === undefined) throw new TidegateError("NOT_INITIALISED", "the module is not there yet");
  return memory;
}

export function started(): boolean {
  return module !== undefined;
}

/** Makes the views anew: whatever may grow the memory is followed by this. */
export function refresh(): void {
  if (memory === undefined || (i32.buffer === memory.buffer && i32.length > 0)) return;
  i32 = new Int32Array(memory.buffer);
  f64 = new Float64Array(memory.buffer);
  u8 = new Uint8Array(memory.buffer);
}

/** Replaces a dead instance. To be called before whatever uses the module. */
export function revive(): void {
  if (module === undefined) {
    throw new TidegateError(
      "NOT_INITIALISED",
      "the module is not there yet: await `Tidegate.init()` before `new Tidegate(…)`, or use `Tidegate.load(…)`",
    );
  }
  if (vitals.inside) {
    vitals.inside = false;
    vitals.generation += 1;
    dead = true;
  }
  if (!dead) return;
  __wbg_reset_state();
  memory = initSync({ module }).memory;
  dead = false;
  refresh();
}
