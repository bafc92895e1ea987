import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { chromium } from "playwright-core";
import { withBundle } from "./bundle.mjs";

export const CHROMIUM = process.env["CHROMIUM"] ?? process.env["CHROME"] ?? "/usr/bin/chromium";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** With these a page's clock counts in steps of five microseconds, else in a hundred. */
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

export function chromiumVersion() {
  return /[\d.]+/.exec(
    execFileSync(CHROMIUM, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  )[0];
}

export function measureInChromium(entry, files, pace) {
  return withBundle("runtimes/page.mjs", entry, ["browser"], async (folder) => {
    const server = createServer(serve(folder, files));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: ARGUMENTS });
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      return await page.evaluate(async (given) => (await import("/program.mjs")).measure(given), pace);
    } finally {
      await browser.close();
      server.closeAllConnections();
      server.close();
    }
  });
}

/** The slim module lies in a folder of its own. */
const moduleOf = (dist, name) => join(dist, name.includes("slim") ? "slim" : "", name);

/** The page, its program, the package's module beside it, and the snapshots. */
function serve(folder, files) {
  const dist = join(createRequire(import.meta.url).resolve("tidegate/package.json"), "../dist");
  return ({ url }, response) => {
    const name = basename(url);
    const answer = (type, body) => response.writeHead(200, { "content-type": type, ...ISOLATED }).end(body);
    if (name in files) answer("application/octet-stream", readFileSync(files[name]));
    else if (name.endsWith(".wasm")) answer("application/wasm", readFileSync(moduleOf(dist, name)));
    else if (name.endsWith(".mjs")) answer("text/javascript", readFileSync(join(folder, name)));
    else answer("text/html", "<!doctype html><title>Benchmark</title>");
  };
}
