import { isSwitchedOff } from "./outcome.js";
import type { Life, Program } from "./program.js";
import type { Held } from "./types.js";

// An update that came while the snapshot in use is frozen. It waits, but for what mustn't: flags that it switches off, and alarms
// that it raises, count at once.

/** The longest time that timers take. */
const LONGEST = 2 ** 31 - 1;

export class Waiting {
  readonly program: Program;
  readonly #until: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `thaw` is called when the freeze may be over. */
  constructor(program: Program, until: number, now: number, thaw: () => void) {
    this.program = program;
    this.#until = until;
    if (typeof setTimeout !== "function") return;
    this.#timer = setTimeout(thaw, Math.min(until - now, LONGEST));
    // A process has no need to stay for it.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  get held(): Held {
    return { revision: this.program.revision, until: this.#until };
  }

  /** Makes what mustn't wait count in the program in use. */
  hurry({ off, rollbacks }: Life, inUse: Program): void {
    const before = [...off];
    off.clear();
    for (const { key, constant } of this.program.all()) if (isSwitchedOff(constant)) off.add(key);
    for (const key of new Set([...before, ...off])) inUse.say(inUse.find(key));
    rollbacks.hear(inUse, this.program);
  }

  /** Stops waiting. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** The same for good: nothing of it counts any more. */
  end({ off, rollbacks }: Life): void {
    this.stop();
    off.clear();
    rollbacks.hear(undefined, undefined);
  }
}
