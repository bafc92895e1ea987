import { free } from "tidegate-glue";
import { enter, vitals } from "./instance.js";

// Engines are numbers in the module, which the garbage collector knows nothing of: when it takes what holds one, the engine
// is given back here. Where a runtime doesn't tell, only `dispose` and updates give back.

interface Held {
  readonly engine: number;
  readonly generation: number;
}

const registry = typeof FinalizationRegistry === "function" ? new FinalizationRegistry(collected) : undefined;

/** Has the engine given back once `holder` is collected. */
export function watch(holder: object, engine: number): void {
  registry?.register(holder, { engine, generation: vitals.generation }, holder);
}

/** Gives an engine of the instance that is in use back now. */
export function giveBack(holder: object, engine: number): void {
  registry?.unregister(holder);
  release(engine);
}

function collected({ engine, generation }: Held): void {
  // After a trap the instance is gone, and the engine with it.
  if (generation === vitals.generation && !vitals.inside) release(engine);
}

function release(engine: number): void {
  enter();
  free(engine);
  vitals.inside = false;
}
