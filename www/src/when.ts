import type { Explanation } from "tidegate";
import { make } from "./dom.js";

type Step = Explanation["steps"][number];

/** What the instant had to do with a step: its window, its ramp, its slot of time. */
export function drawTiming({ window, ramp, slot }: Step): HTMLElement[] {
  const lines: HTMLElement[] = [];
  if (window !== undefined) {
    const { open, from, until } = window;
    const sides = [
      from === undefined ? "" : ` from ${instant(from)}`,
      until === undefined ? "" : ` until ${instant(until)}`,
    ];
    const state = open
      ? "The window is open"
      : from === undefined
        ? "The last window has passed"
        : "The next window is open";
    lines.push(make("p", "when", `${state}${sides.join("")}.`));
  }
  if (ramp !== undefined) {
    const { percent, step, steps, next, baked } = ramp;
    const more = next === undefined ? "it rises no more" : `more at ${instant(next)}`;
    lines.push(
      make(
        "p",
        "when",
        `The ramp is at ${percent}%, step ${step} of ${steps}; ${more}. It is watched until ${instant(baked)}.`,
      ),
    );
  }
  if (slot !== undefined) {
    const { number, from, until } = slot;
    lines.push(
      make("p", "when", `Slot ${number.toLocaleString("en")}, from ${instant(from)} until ${instant(until)}.`),
    );
  }
  return lines;
}

const INSTANT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});

function instant(milliseconds: number): string {
  return INSTANT.format(milliseconds);
}
