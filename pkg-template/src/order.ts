// Texts in the order of their UTF-8, which is the evaluator's order everywhere. JavaScript's own goes by halves of
// characters: there an emoji comes before a full-width letter.

/** Negative where `a` comes first, positive where `b` does. */
export function compare(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [rank(a.charCodeAt(at)), rank(b.charCodeAt(at))];
    if (left !== right) return left - right;
  }
  return a.length - b.length;
}

/** Halves of characters beyond U+FFFF, which are from U+D800 to U+DFFF, come last. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x2800 : unit;
}
