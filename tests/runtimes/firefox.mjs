import { launch } from "puppeteer-core";
import { LIMIT } from "./limit.mjs";
import { withSite } from "./site.mjs";

/** In headless Firefox, which is driven by WebDriver BiDi: in a `page`, or in a `worker` of it. */
export function inFirefox(place) {
  const executablePath = process.env["FIREFOX"];
  if (executablePath === undefined) return { missing: "FIREFOX names no program" };
  const run = async (url) => {
    const browser = await launch({ browser: "firefox", executablePath, timeout: LIMIT, protocolTimeout: LIMIT });
    try {
      const page = await browser.newPage();
      await page.goto(url);
      const report = await page.evaluate((place) => globalThis.runIn(place), place);
      return { version: (await browser.version()).replace(/^\D+/, ""), ...report };
    } finally {
      await browser.close();
    }
  };
  return { run: (folder) => withSite(folder, run) };
}
