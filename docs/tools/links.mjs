// Follows every link and every file that the built site names: each has to be there, and so does the place in the page.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const site = fileURLToPath(new URL("../../target/docs/site", import.meta.url));
const pages = new Map();

/** The places in a page. */
function placesIn(file) {
  if (!pages.has(file)) {
    const found = readFileSync(file, "utf8").matchAll(/\s(?:id|name)="([^"]+)"/g);
    pages.set(file, new Set(Array.from(found, ([, id]) => id)));
  }
  return pages.get(file);
}

/** The file that an address is of: a folder is its index, and `.html` may be left out. */
function fileOf(path) {
  const folder = existsSync(path) && statSync(path).isDirectory();
  return (folder ? [join(path, "index.html")] : [path, `${path}.html`]).find((file) => existsSync(file));
}

const dead = [];
let followed = 0;
// The two references are made by tools that follow their own links; of them, the first page is looked at.
const all = readdirSync(site, { recursive: true, encoding: "utf8" });
const written = all.filter(
  (name) => name.endsWith(".html") && (!name.startsWith("api/") || /^api\/\w+(\/tidegate)?\/index\.html$/.test(name)),
);
for (const page of written) {
  for (const [, named] of readFileSync(join(site, page), "utf8").matchAll(/\s(?:href|src)="([^"]+)"/g)) {
    if (/^(https?:|data:|mailto:|javascript:)/.test(named)) continue;
    followed += 1;
    const [path, place] = decodeURI(named.replaceAll("&amp;", "&")).split("#");
    const target =
      path === "" ? join(site, page) : path.startsWith("/") ? join(site, path) : join(site, dirname(page), path);
    const file = fileOf(target.split("?")[0]);
    if (file === undefined) dead.push(`${page}: ${named}: there is no such file`);
    else if (place && file.endsWith(".html") && !placesIn(file).has(place) && !relative(site, file).startsWith("api/"))
      dead.push(`${page}: ${named}: there is no such place`);
  }
}
for (const line of dead) console.error(line);
console.log(`${followed} links in ${written.length} pages, ${dead.length} of them dead`);
if (dead.length > 0 || followed < 500) process.exitCode = 1;
