// What the tests share: a browser, and the page as `cargo xtask serve` serves it.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Where the page is, and what stops serving it. */
async function serve() {
  const given = process.env.TIDEGATE_DEMO_URL;
  if (given) return { url: given, stop() {} };
  // A group of its own, so that cargo and what it starts end together.
  const server = spawn("cargo", ["xtask", "serve", "--port", "0"], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stop = () => process.kill(-server.pid);
  let output = "";
  const url = await new Promise((found, failed) => {
    server.stdout.on("data", (chunk) => {
      output += chunk;
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(output)?.[0];
      if (address) found(address);
    });
    server.on("error", failed);
    server.on("exit", () => failed(new Error(`\`cargo xtask serve\` ended without an address:\n${output}`)));
  });
  return { url, stop };
}

export async function launch() {
  const { url, stop } = await serve();
  const browser = await chromium.launch({
    executablePath: process.env.CHROME ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--headless",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
  return {
    /** A fresh page that has decided the sample, and everything that it complained about or asked for. */
    async open(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      const complaints = [];
      const requests = [];
      page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("requestfailed", (request) => complaints.push(`${request.url()} failed`));
      page.on("response", (response) => {
        if (response.status() !== 200) complaints.push(`${response.url()} answered ${response.status()}`);
      });
      page.on("request", (request) => requests.push(request.url()));
      const response = await page.goto(url);
      await page.locator("[role=option]").first().waitFor();
      return { page, complaints, requests, response, url };
    },
    async close() {
      await browser.close();
      stop();
    },
  };
}

/** The row of a flag. */
export function row(page, key) {
  return page.locator(`[role=option][data-key="${key}"]`);
}

/** A flag's row as words: key, value, reason, rule or error, variant. */
export async function words(page, key) {
  const option = row(page, key);
  // A row has no words before it was painted once; long lists leave out what is far from the window.
  await option.scrollIntoViewIfNeeded();
  await option.filter({ hasText: /\S/ }).waitFor();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return (await option.innerText()).split(/\s+/).filter(Boolean);
}
