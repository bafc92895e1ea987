import { chromium } from "playwright-core";
import { LIMIT } from "./limit.mjs";
import { withSite } from "./site.mjs";

/** In headless Chromium: in a `page`, or in a `worker` or `serviceWorker` of it. */
export function inChromium(place) {
  const executablePath = process.env["CHROME"];
  if (executablePath === undefined) return { missing: "CHROME names no program" };
  const run = async (url) => {
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: LIMIT });
    try {
      const page = await browser.newPage();
      await page.goto(url);
      return { version: browser.version(), ...(await page.evaluate((place) => globalThis.runIn(place), place)) };
    } finally {
      await browser.close();
    }
  };
  return { run: (folder) => withSite(folder, run) };
}
