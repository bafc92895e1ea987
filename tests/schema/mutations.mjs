// Breaks one thing in a document.

/** What is put in the place of anything: every JSON type, the ends of ranges, and what is nearly right. */
// biome-ignore format: a line for each kind
const STRANGERS = [
  null, true, false, [], {}, [1], [null], { x: 1 },
  0, 1, -1, 0.5, 1.5, 2, 256, 1000001, 5256001, 4294967296, 9007199254740992, 1e308, -0.00001, 33.33333, 100, 100.5, 101,
  "", "on", "x", "a b", "a..b", ".", "__proto__", "a.__proto__.b", JSON.parse('{"__proto__":1}'),
  "x".repeat(256), "x".repeat(257), "é".repeat(200), "\ud83d",
  "1.2.3", "1.2", "99999999999999999999.0.0", "(", "monday", "linear", "day",
  "2026-11-24T08:00:00Z", "2026-02-29T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-24",
  "10.0.0.0/8", "10.0.0.256", "::1::", "2001:db8::/32",
  ["on"], ["on", "on"], [[0, 50]], { split: [] }, { variant: "on", weight: 1 }, { attr: "a", op: "eq", value: 1 }, { any: [] },
]; // prettier-ignore

/** Every place of a document that isn't its root: its parent and its key. */
function places(parent) {
  const keys = Array.isArray(parent) ? parent.keys() : Object.keys(parent);
  return [...keys].flatMap((key) => {
    const child = parent[key];
    return [{ parent, key }, ...(typeof child === "object" && child !== null ? places(child) : [])];
  });
}

/**
 * Documents that differ from this one in one place: something is taken out, renamed, put there twice, or another thing, of which
 * chance chooses twelve. Each is given to `visit` with what was done, and is whole again afterwards.
 */
export async function everyMutation(document, random, visit) {
  for (const { parent, key } of places(document)) {
    const here = `${JSON.stringify(key)} of ${JSON.stringify(parent).slice(0, 60)}`;
    const kept = Object.entries(parent);
    const attempt = async (doing, change) => {
      change();
      await visit(`${doing} ${here}`);
      if (Array.isArray(parent)) parent.length = 0;
      for (const name of Object.keys(parent)) delete parent[name];
      for (const [name, value] of kept) parent[name] = value;
    };
    for (let round = 0; round < 12; round += 1) {
      const stranger = STRANGERS[Math.floor(random() * STRANGERS.length)];
      await attempt(`${JSON.stringify(stranger).slice(0, 40)} in place of`, () => {
        parent[key] = stranger;
      });
    }
    if (Array.isArray(parent)) {
      await attempt("without", () => parent.splice(key, 1));
      await attempt("twice", () => parent.splice(key, 0, parent[key]));
      await attempt("256 times", () => parent.splice(key, 0, ...Array(255).fill(parent[key])));
    } else {
      await attempt("without", () => delete parent[key]);
      for (const name of [`${key}s`, key.toUpperCase(), "x".repeat(257), "", "__proto__"])
        await attempt(`${name.slice(0, 20)} renamed from`, () => rename(parent, key, name));
    }
  }
}

/** As `JSON.parse` has a field, `__proto__` too. */
function rename(parent, key, name) {
  const value = parent[key];
  delete parent[key];
  Object.defineProperty(parent, name, { value, enumerable: true, writable: true, configurable: true });
}

/** A document in which one part, chosen by chance, stands in the place of another as well. */
export function grafted(document, random) {
  const copy = structuredClone(document);
  const all = places(copy);
  const pick = () => all[Math.floor(random() * all.length)];
  const [from, to] = [pick(), pick()];
  to.parent[to.key] = structuredClone(from.parent[from.key]);
  return copy;
}

/** Numbers from 0 to 1, the same for the same seed (Mulberry32). */
export function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
