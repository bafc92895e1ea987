import { type Attribute, gather, NO_OBJECT, planOf, type Scalar, type Step, THREW } from "./reader.js";
import type { Json } from "./types.js";

// The few attributes that go along with an exposure because somebody listed their paths: nothing else of a context does.

/** Attributes by their paths, frozen. */
export type ListedAttributes = { readonly [path: string]: Json };

export const NONE_LISTED: ListedAttributes = Object.freeze({});

/** Reads the attributes on a list out of contexts. */
export class Listing {
  readonly #steps: readonly Step[];

  constructor(paths: Iterable<string>) {
    this.#steps = planOf(Array.from(new Set(paths), (path, slot) => [slot, path] as const));
  }

  /** What a context has of the list. What can't be read, or is no value, is left out. */
  read(context: unknown): ListedAttributes {
    const steps = this.#steps;
    if (steps.length === 0) return NONE_LISTED;
    const held: unknown[] = [];
    let at = gather(steps, context, held, 0);
    if (at === NO_OBJECT) return NONE_LISTED;
    while (at >= 0 && at < steps.length) {
      held[at] = THREW;
      at = gather(steps, context, held, at + 1);
    }
    const found: [string, Json][] = [];
    for (const [index, { slot, path }] of steps.entries()) {
      if (slot < 0 || held[index] === THREW) continue;
      const value = jsonOf(held[index] as Attribute);
      if (value !== undefined) found.push([path, value]);
    }
    return Object.freeze(Object.fromEntries(found));
  }
}

/** Those of some attributes that are on a shorter list. */
export function only(attributes: ListedAttributes, paths: readonly string[]): ListedAttributes {
  return Object.freeze(Object.fromEntries(Object.entries(attributes).filter(([path]) => paths.includes(path))));
}

function jsonOf(attribute: Attribute): Json | undefined {
  if (typeof attribute !== "object") return scalarOf(attribute);
  return Object.freeze(attribute.map((item) => scalarOf(item) ?? null));
}

/** As JSON has it, which knows neither infinity nor what only stands for an object. */
function scalarOf(scalar: Scalar): string | number | boolean | undefined {
  if (typeof scalar === "bigint") return undefined;
  return typeof scalar !== "number" || Number.isFinite(scalar) ? scalar : undefined;
}
