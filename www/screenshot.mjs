// Takes the README's picture of the page, docs/demo.png: `npm run screenshot --workspace www`.
import { fileURLToPath } from "node:url";
import { launch } from "./tests/browser.mjs";

const browser = await launch();
try {
  const { page } = await browser.open({ viewport: { width: 1280, height: 1000 }, colorScheme: "light" });
  await page.locator("#speed").filter({ hasText: "ns" }).waitFor();
  await page.getByRole("button", { name: "One experiment each", exact: true }).click();
  // Until the dots are there, and what changed is marked no more.
  await page.locator("#story canvas").first().waitFor();
  await page.waitForTimeout(3_000);
  await page.screenshot({ path: fileURLToPath(new URL("../docs/demo.png", import.meta.url)) });
} finally {
  await browser.close();
}
