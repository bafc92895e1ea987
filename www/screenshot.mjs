// Takes the README's picture of the page, docs/demo.png: `npm run screenshot --workspace www`.
import { fileURLToPath } from "node:url";
import { launch } from "./tests/browser.mjs";

const browser = await launch();
try {
  const { page } = await browser.open({ viewport: { width: 1280, height: 960 }, colorScheme: "light" });
  // Someone who is held back, in a story with layers, a holdout and arms.
  await page.getByRole("button", { name: "One experiment each", exact: true }).click();
  await page.getByRole("button", { name: "Chi", exact: true }).click();
  await page.locator("#speed").filter({ hasText: "ns" }).waitFor();
  // The dots have fallen by then.
  await page.waitForTimeout(1500);
  await page.screenshot({ path: fileURLToPath(new URL("../docs/demo.png", import.meta.url)) });
} finally {
  await browser.close();
}
