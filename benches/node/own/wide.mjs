/** How many contexts there are: so many that caches of the processor don't keep them all close. */
const CONTEXTS = 1000;

/**
 * Contexts of so many attributes, made beforehand and as if they had come as JSON: what flags ask for, amid more that none
 * asks for.
 */
export function wideContexts(asked, count) {
  return asked.slice(0, CONTEXTS).map((context) => {
    const known = Object.entries(context);
    const more = Array.from({ length: count - known.length }, (_, number) => [`more${number}`, filler(number)]);
    const half = more.length >> 1;
    const entries = [...more.slice(0, half), ...known, ...more.slice(half)];
    return JSON.parse(JSON.stringify(Object.fromEntries(entries)));
  });
}

function filler(number) {
  return [number, `text ${number}`, number % 2 === 0][number % 3];
}
