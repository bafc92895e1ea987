import type { Decision, FlagValue } from "tidegate";
import { make } from "./dom.js";

/** A value as JSON on one line, coloured by its type. */
export function showValue(value: FlagValue, longest = 200): HTMLElement {
  const text = JSON.stringify(value);
  const shown = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return make("code", `value ${value === false ? "no" : typeof value}`, shown);
}

/** What a decision answers: its value, or that there is none. */
export function showAnswer(decision: Decision, longest?: number): HTMLElement {
  return decision.reason === "ERROR" ? make("span", "none", "fallback") : showValue(decision.value, longest);
}

/** A reason, coloured and in words of its own. */
export function chip(reason: string): HTMLElement {
  const element = make("span", "chip", reason);
  element.dataset["reason"] = reason;
  return element;
}
