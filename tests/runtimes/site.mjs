// Serves the program to browsers under a strict policy, on this machine alone.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { bundle } from "./bundle.mjs";

const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const TYPES = { ".json": "application/json", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const PAGE =
  '<!doctype html><title>Vectors</title><link rel="icon" href="data:,"><script type="module" src="/page.mjs"></script>';

/** Lends out the address of the site. */
export async function withSite(folder, use) {
  const out = await bundle(folder, "script.mjs", "browser", { conditions: ["browser"] });
  // Where the bundle says that the modules are: beside it.
  const dist = join(folder, "node_modules/tidegate/dist");
  const files = {
    "/page.mjs": join(folder, "page.mjs"),
    "/script.mjs": join(out, "script.mjs"),
    "/snapshot.json": join(folder, "snapshot.json"),
    "/tidegate_bg.wasm": join(dist, "tidegate_bg.wasm"),
    "/tidegate_slim_bg.wasm": join(dist, "slim/tidegate_slim_bg.wasm"),
    "/vectors.json": join(folder, "vectors.json"),
  };
  const server = createServer(({ url }, response) => {
    const answer = (status, type, body) =>
      response.writeHead(status, { "content-type": type, "content-security-policy": POLICY }).end(body);
    if (url === "/") answer(200, "text/html", PAGE);
    else if (url in files && existsSync(files[url])) answer(200, TYPES[extname(url)], readFileSync(files[url]));
    else answer(404, "text/plain", `there is no ${url}`);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
