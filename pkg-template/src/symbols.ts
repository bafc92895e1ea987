// The numbers of the strings that an attribute is compared with for equality. The module compares by number, so that the
// strings need not cross.

export type Symbols = Map<string, number> | undefined;

/** The symbols with one more. */
export function withSymbol(symbols: Symbols, text: string, number: number): Map<string, number> {
  if (text.includes(REPLACEMENT) && !(symbols instanceof LossySymbols))
    return new LossySymbols(symbols).set(text, number);
  return (symbols ?? new Map<string, number>()).set(text, number);
}

const REPLACEMENT = "\ufffd";

/** Looks strings up as they are in UTF-8, where a surrogate that stands alone is U+FFFD. */
class LossySymbols extends Map<string, number> {
  override get(text: string): number | undefined {
    return super.get(text.replace(/\p{Surrogate}/gu, REPLACEMENT));
  }
}

/** Up to so many, comparing one by one is faster than a Map. */
const FEW = 8;

/** Whether the strings may be compared one by one. */
export function areFew(names: readonly string[]): boolean {
  return names.length <= FEW && !names.some((name) => name.includes(REPLACEMENT));
}
