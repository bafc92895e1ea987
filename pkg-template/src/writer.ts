import * as module from "tidegate-glue";
import type { Stored } from "./assignments.js";
import { enter, f64, i32, refresh, u8, vitals } from "./instance.js";
import type { Attribute, Scalar } from "./reader.js";
import { type Symbols, withSymbol } from "./symbols.js";

// Writing attributes into the slots that the module reads them from. A slot is 24 bytes:
//   u32 state, symbol, start, length; f64 number
// The state is a tag in its lowest three bits, and above it the stamp of the decision that it was written for, so that
// nothing is ever cleared.

export const MISSING = 0;
export const FALSE = 1;
export const TRUE = 2;
export const NUMBER = 3;
export const STRING = 4;
const LIST = 5;
export const OTHER = 6;
/** A string whose bytes were not written. */
export const NAMED = 7;

const TAG_BITS = 3;
/** Stamps that fit above a tag. */
const STAMPS = 2 ** 29;
export const WORDS = 6;
/** Where in a slot its number is, counted in numbers. */
export const NUMBER_AT = 2;

/** Where a snapshot's attributes are written. */
export class Scratch {
  /** The stamp of the decision that is under way, and the same where it is in a slot's state. */
  stamp = 0;
  mark = 0;
  /** Where the slots begin, counted in words. */
  table = 0;
  /** By slot. */
  readonly #symbols: Symbols[] = [];
  /** The strings that were written without their bytes, by slot. */
  readonly strings: string[] = [];
  readonly #engine: number;
  /** The text area: where it begins, its size, and how much of it is taken, in bytes. */
  #text = 0;
  #room = 0;
  #top = 0;
  /** Slots for the elements of lists, after the attributes' own: where they begin, how many there are, how many are taken. */
  #first = 0;
  #spare = 0;
  #elements = 0;
  /** Where the variants that are stored for units are written, counted in words: a stamp and a variant for each flag. */
  #stored = -1;

  constructor(engine: number) {
    this.#engine = engine;
    this.locate();
  }

  /** Finds the areas anew, after something that may have moved them. */
  locate(): void {
    this.table = module.slots(this.#engine) >>> 2;
    this.#text = module.text(this.#engine);
    this.#room = module.text_capacity(this.#engine);
    const attributes = module.attributes(this.#engine);
    // More attributes take the places that elements had.
    if (attributes !== this.#first) this.#spare = 0;
    this.#first = attributes;
    refresh();
  }

  /** Begins a decision: whatever was written before counts no more. */
  next(): number {
    // Memory that grew has left the view without words; to ask for its length takes longer than to ask for one of them.
    if (i32[0] === undefined) refresh();
    this.#top = 0;
    this.#elements = 0;
    vitals.epoch += 1;
    this.stamp += 1;
    if (this.stamp === STAMPS) this.#restart();
    this.mark = this.stamp << TAG_BITS;
    return this.stamp;
  }

  /** Learns the number of a string that an attribute is compared with. */
  learn(slot: number, text: string, number: number): void {
    this.#symbols[slot] = withSymbol(this.#symbols[slot], text, number);
  }

  /** Whether a slot was written since the decision began. */
  holds(slot: number): boolean {
    return ((i32[this.table + slot * WORDS] ?? 0) ^ this.mark) >>> TAG_BITS === 0;
  }

  /** Writes an attribute; a string without its bytes. */
  put(slot: number, value: Attribute): void {
    const at = this.table + slot * WORDS;
    if (typeof value === "string") {
      i32[at] = this.mark | NAMED;
      i32[at + 1] = this.#symbols[slot]?.get(value) ?? 0;
      this.strings[slot] = value;
    } else if (typeof value === "object") {
      this.#list(slot, value);
    } else {
      scalar(at, value, this.mark);
    }
  }

  /** Writes the variants that are stored for flags' units. */
  store(stored: Stored): void {
    if (stored.length > 0 && this.#stored < 0) {
      enter();
      this.#stored = module.stored(this.#engine) >>> 2;
      vitals.inside = false;
      refresh();
    }
    for (let from = 0; from < stored.length; from += 2) {
      const at = this.#stored + 2 * (stored[from] ?? 0);
      i32[at] = this.mark;
      i32[at + 1] = (stored[from + 1] ?? 0) + 1;
    }
  }

  /** Gives the module what a negative outcome asks for: the bytes of a string, or a slot that it should not have read. */
  supply(outcome: number): void {
    if (i32.length === 0) refresh();
    const need = ~outcome;
    const slot = need >>> 1;
    if ((need & 1) === 1) this.supplyText(slot);
    else this.put(slot, undefined);
  }

  /** Writes the bytes of a string that was put without. */
  supplyText(slot: number): void {
    this.bytes(slot, this.strings[slot] ?? "");
  }

  #list(slot: number, list: readonly Scalar[]): void {
    const first = this.#first + this.#elements;
    this.#elements += list.length;
    if (this.#elements > this.#spare) {
      this.#spare = Math.max(this.#elements, 2 * this.#spare);
      module.reserve_elements(this.#engine, this.#spare);
      this.locate();
    }
    const at = this.table + slot * WORDS;
    i32[at] = this.mark | LIST;
    i32[at + 2] = first;
    i32[at + 3] = list.length;
    const symbols = this.#symbols[slot];
    for (let i = 0; i < list.length; i++) {
      const element = list[i];
      const place = this.table + (first + i) * WORDS;
      if (typeof element === "string") {
        i32[place + 1] = symbols?.get(element) ?? 0;
        this.bytes(first + i, element);
      } else {
        scalar(place, element, 0);
      }
    }
  }

  /** Writes a string's bytes into the text area, and where they are into the slot. */
  bytes(slot: number, text: string): void {
    // Whole words are written, wherever the area begins.
    const start = ((this.#text + this.#top + 3) & ~3) - this.#text;
    // A UTF-16 unit becomes three bytes at most, and the last word may be written whole.
    const most = start + text.length * 3 + 4;
    if (most > this.#room) {
      module.reserve_text(this.#engine, Math.max(most, 2 * this.#room, LEAST));
      this.locate();
      this.bytes(slot, text);
      return;
    }
    const from = this.#text + start;
    let length = text.length <= SHORT ? ascii(text, from) : -1;
    if (length < 0) length = encoder.encodeInto(text, u8.subarray(from)).written;
    this.#top = start + length;
    const at = this.table + slot * WORDS;
    i32[at] = this.mark | STRING;
    i32[at + 2] = start;
    i32[at + 3] = length;
  }

  /** After 2²⁹ decisions the stamps begin again, and nothing may keep one of the last round. */
  #restart(): void {
    enter();
    module.restart(this.#engine);
    vitals.inside = false;
    this.stamp = 1;
  }
}

/** Up to this length a loop over the characters is faster than `encodeInto`. */
export const SHORT = 24;
/** The least size of a text area. */
const LEAST = 1024;
const encoder = new TextEncoder();

function scalar(at: number, value: Exclude<Scalar, string>, mark: number): void {
  switch (typeof value) {
    case "number":
      if (Number.isFinite(value)) {
        i32[at] = mark | NUMBER;
        f64[(at >> 1) + NUMBER_AT] = value;
      } else {
        i32[at] = mark | MISSING;
      }
      break;
    case "boolean":
      i32[at] = mark | (value ? TRUE : FALSE);
      break;
    case "bigint":
      i32[at] = mark | OTHER;
      break;
    default:
      i32[at] = mark | MISSING;
  }
}

/** Writes a string four characters a word; -1 where one of them is not ASCII. */
function ascii(text: string, from: number): number {
  const length = text.length;
  let seen = 0;
  let word = from >> 2;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    const a = text.charCodeAt(at);
    const b = text.charCodeAt(at + 1);
    const c = text.charCodeAt(at + 2);
    const d = text.charCodeAt(at + 3);
    seen |= a | b | c | d;
    i32[word++] = a | (b << 8) | (c << 16) | (d << 24);
  }
  let last = 0;
  for (let shift = 0; at < length; at++, shift += 8) {
    const code = text.charCodeAt(at);
    seen |= code;
    last |= code << shift;
  }
  i32[word] = last;
  return seen < 128 ? length : -1;
}
