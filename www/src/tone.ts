import type { Decided, Decision } from "tidegate";
import { make } from "./dom.js";

/** How many colours variants have: as many more take them again. */
const TONES = 6;

/** What decisions have in common that look the same: in the picture, in the list, in the explanation. */
export interface Group {
  readonly name: string;
  /** The colour, as the style sheet calls it. */
  readonly tone: string;
  /** Whether the colour is shaded: what it is for was held back. */
  readonly held?: boolean;
  /** Where the group stands among its flag's. */
  readonly rank: number;
}

/**
 * The group of a decision of a flag with these variants. A variant that something chose has a colour of its own; what is
 * held back or rolled back has the same in every flag, and so has what nothing chose.
 */
export function groupOf(decision: Decision, variants: readonly string[]): Group {
  const { variant, reason, errorCode } = decision;
  const place = Math.max(variants.indexOf(variant ?? ""), 0);
  switch (reason) {
    case "ERROR":
      return { name: `fallback, ${errorCode}`, tone: "none", rank: 2000 };
    case "DEFAULT":
      return { name: `${variant} by default`, tone: "none", rank: 1800 + place };
    case "PREREQUISITE_FAILED":
      return { name: `${variant}, its gate is closed`, tone: "none", rank: 1500 + place };
    case "DISABLED":
      return { name: `${variant}, switched off`, tone: "none", rank: 1250 + place };
    case "HOLDOUT":
      return heldBack(decision, variants);
    case "ROLLED_BACK":
      return { name: `${variant}, rolled back`, tone: "rolled", rank: 600 + place };
    case "OVERRIDE":
      return { name: `${variant}, listed`, tone: toneOf(place), rank: 300 + place };
    default:
      return { name: variant, tone: toneOf(place), rank: place };
  }
}

/** Those who are held back are told apart by what they would have got. */
function heldBack({ wouldBe }: Decided, variants: readonly string[]): Group {
  if (wouldBe?.variant === undefined) return { name: "held back", tone: "held", rank: 1190 };
  const { variant, reason } = wouldBe;
  const place = Math.max(variants.indexOf(variant), 0);
  if (reason === "DEFAULT") return { name: `held back, else ${variant} by default`, tone: "held", rank: 1100 + place };
  return { name: `held back, else ${variant}`, tone: toneOf(place), held: true, rank: 900 + place };
}

/** A spot of a group's colour. */
export function spot({ tone, held = false }: Group): HTMLElement {
  const element = make("span", held ? "spot shaded" : "spot");
  element.dataset["tone"] = tone;
  return element;
}

function toneOf(place: number): string {
  return String(place % TONES);
}
