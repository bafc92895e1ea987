// @vitest-environment jsdom
import { Tidegate } from "tidegate";
import { expect, test } from "vitest";
import snapshot from "./snapshot.json";

test("the page shows staff the new checkout", async () => {
  const tide = await Tidegate.load(snapshot);
  document.body.textContent = JSON.stringify(tide.decide("new-checkout", { user: { email: "a@shop.example" } }));
  expect(JSON.parse(document.body.textContent)).toMatchObject({
    value: true,
    reason: "TARGETING_MATCH",
    rule: "staff",
  });
});
