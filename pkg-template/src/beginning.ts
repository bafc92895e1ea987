import type { Bootstrap } from "./bootstrap.js";
import { sentence, TidegateError } from "./error.js";
import { isFlagValue } from "./flag.js";
import { type Life, NO_REVISION, Program } from "./program.js";
import type { Snapshot, SnapshotObject } from "./source.js";
import type { FlagValue } from "./types.js";

// What a Tidegate can begin with in a snapshot's place: nothing, values, or what another one has decided.

/** The program of what stands in a snapshot's place; undefined for a snapshot. */
export function begun(given: Snapshot, life: Life): Program | undefined {
  if (given === NOTHING) return Program.empty(life);
  if (given instanceof Fixed) return Program.fix(given.flags, life);
  if (given instanceof Start) return Program.start(given.bootstrap, life);
  return undefined;
}

/** Decisions to start from, on their way to the constructor in the place of a snapshot. */
export class Start implements SnapshotObject {
  readonly schemaVersion = 1;
  readonly revision = "";
  readonly flags = {};
  readonly bootstrap: Bootstrap;
  readonly [field: string]: unknown;

  constructor(bootstrap: Bootstrap) {
    this.bootstrap = bootstrap;
  }
}

/** Stands for no snapshot at all, on its way to the constructor. */
export const NOTHING: SnapshotObject = { schemaVersion: 1, revision: NO_REVISION, flags: {} };

/** Values to answer with, on their way to the constructor in the place of a snapshot. */
export class Fixed implements SnapshotObject {
  readonly schemaVersion = 1;
  readonly revision = "fixed";
  readonly flags: { readonly [key: string]: FlagValue };
  readonly [field: string]: unknown;

  constructor(values: object) {
    try {
      this.flags = structuredClone(values as { readonly [key: string]: FlagValue });
    } catch (cause) {
      throw new TidegateError("INVALID_ARGUMENT", `the fixed values are no values of flags: ${sentence(cause)}`, {
        cause,
      });
    }
    for (const [key, value] of Object.entries(this.flags)) {
      if (!isFlagValue(value) || key === "__proto__") {
        throw new TidegateError("INVALID_ARGUMENT", `\`${key}\` has no value that a flag can have`);
      }
    }
  }
}
