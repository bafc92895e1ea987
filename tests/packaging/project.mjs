// A project of one of the tools in projects/, as its user has it: copied to a temporary folder, where npm installs the
// packed package and the tool, far from what this repository has installed.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { startWorker } from "../workerd.mjs";
import { root, tarball } from "./tarball.mjs";

export const CHROME = process.env["CHROME"] ?? "/usr/bin/chromium";
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** What examples/snapshot.json says of a member of the staff; a fallback says nothing of rules. */
const DECISION = {
  flag: "new-checkout",
  value: true,
  variant: "on",
  reason: "TARGETING_MATCH",
  rule: "staff",
  revision: "1842",
};

export class Project {
  /** What there is to end, in the order in which it began. */
  #begun = [];

  constructor(tool) {
    this.tool = tool;
    this.folder = mkdtempSync(join(tmpdir(), `tidegate-${tool}-`));
    this.#begun.push(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** Copies the project, puts the snapshot into `place` and installs the package, the tool and `more`. */
  install({ place = "public", more = [] }) {
    cpSync(new URL(`projects/${this.tool}`, import.meta.url), this.folder, { recursive: true });
    cpSync(join(root, "examples/snapshot.json"), join(this.folder, place, "snapshot.json"));
    const packed = join(this.folder, "tidegate.tgz");
    copyFileSync(tarball(this.folder), packed);
    this.#npm("install", packed, ...more, "--prefer-offline", "--no-audit", "--no-fund", "--loglevel", "error");
  }

  /** The version of an installed package. */
  version(name) {
    return JSON.parse(readFileSync(join(this.folder, "node_modules", name, "package.json"), "utf8")).version;
  }

  /** Runs one of its scripts to the end. */
  run(script, ...flags) {
    this.#npm("run", script, "--", ...flags);
  }

  #npm(...words) {
    const { status } = spawnSync("npm", words, { cwd: this.folder, env: environment(), stdio: "inherit" });
    assert.equal(status, 0, `\`npm ${words.join(" ")}\` in ${this.folder}`);
  }

  /** Starts one of its scripts that serves, on a free port that `flags` tells it; answers where it is, and how to end it. */
  async start(script, flags) {
    const port = await freePort();
    const child = spawn("npm", ["run", script, "--", ...flags(String(port))], {
      cwd: this.folder,
      env: environment(),
      // A process group of its own, so that what npm starts ends with it.
      detached: true,
      stdio: ["ignore", "inherit", "inherit"],
    });
    const ended = once(child, "exit");
    const end = async () => {
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGTERM");
      await ended;
    };
    this.#begun.push(end);
    const origin = `http://127.0.0.1:${port}`;
    const early = ended.then(([code]) => assert.fail(`\`npm run ${script}\` ended with ${code} before it served`));
    early.catch(() => {});
    await Promise.race([early, answered(origin)]);
    return { origin, end };
  }

  /** Serves one of its folders under a strict policy; answers where. */
  async serve(folder) {
    const server = createServer(({ url }, response) => {
      const file = join(this.folder, folder, url === "/" ? "index.html" : url);
      if (!existsSync(file)) return response.writeHead(404).end();
      return response
        .writeHead(200, { "content-type": TYPES[extname(file)], "content-security-policy": POLICY })
        .end(readFileSync(file));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    this.#begun.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${server.address().port}`;
  }

  /** Expects a page to show the decision, and its console to be silent. */
  async page(url) {
    const browser = await chromium.launch({ executablePath: CHROME, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      const heard = [];
      page.on("console", (message) => {
        // Browsers ask for an icon that the projects don't have.
        const isOfIcon = message.location().url.endsWith("/favicon.ico");
        if (/^(warning|error)$/.test(message.type()) && !isOfIcon) heard.push(`${message.type()}: ${message.text()}`);
      });
      page.on("pageerror", (error) => heard.push(String(error)));
      await page.goto(url);
      const shown = page.locator("output:not(:empty)").textContent({ timeout: 30_000 });
      const text = await shown.catch((cause) => assert.fail([`${url} shows no decision`, ...heard, cause].join("\n")));
      assert.deepEqual(JSON.parse(text), DECISION);
      assert.deepEqual(heard, []);
    } finally {
      await browser.close();
    }
  }

  /** Expects the decision to be answered over HTTP. */
  async answer(url) {
    const response = await fetch(url);
    const text = await response.text();
    assert.equal(response.status, 200, `${url}: ${text}`);
    assert.deepEqual(JSON.parse(text), DECISION);
  }

  /** Runs a built worker in workerd; answers where. */
  async worker(folder, name) {
    const worker = await startWorker(join(this.folder, folder), name);
    this.#begun.push(() => worker.dispose());
    return (await worker.ready).href;
  }

  /** Ends what was begun, last first. */
  async close() {
    for (const end of this.#begun.reverse()) await end();
  }
}

/** What a user's shell has: nothing of the npm that may have started this, but where packages come from. */
function environment() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|node_test_context$)/i.test(name) || /^npm_config_(registry|cache|userconfig)$/i.test(name),
  );
  return { ...Object.fromEntries(kept), NEXT_TELEMETRY_DISABLED: "1", WRANGLER_SEND_METRICS: "false" };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Waits until something answers there. */
async function answered(origin) {
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(100)) {
    try {
      await (await fetch(origin)).arrayBuffer();
      return;
    } catch {
      // Nobody listens yet.
    }
  }
  assert.fail(`${origin} did not answer within a minute`);
}
