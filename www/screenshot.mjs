// Takes the README's picture of the page, docs/demo.png: `npm run screenshot --workspace www`.
import { fileURLToPath } from "node:url";
import { launch, row } from "./tests/browser.mjs";

const browser = await launch();
try {
  const { page } = await browser.open({ viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  await page.locator("#speed").filter({ hasText: "ns" }).waitFor();
  await row(page, "pay-button").click();
  const text = await page.locator("#context").inputValue();
  // Someone whom the experiment takes in, on a slow network: two flags change, and one of them was hashed.
  await page.locator("#context").fill(text.replace('"id": "u-1"', '"id": "u-6"').replace('"mbit": 40', '"mbit": 1.5'));
  // The highlight is at its full for the first third of its time.
  await page.waitForTimeout(300);
  await page.screenshot({ path: fileURLToPath(new URL("../docs/demo.png", import.meta.url)) });
} finally {
  await browser.close();
}
