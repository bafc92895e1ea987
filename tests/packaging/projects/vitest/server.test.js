import { Tidegate } from "tidegate";
import { expect, test } from "vitest";

test("staff see the new checkout", async () => {
  const tide = await Tidegate.load(new URL("./snapshot.json", import.meta.url));
  const decision = tide.decide("new-checkout", { user: { email: "a@shop.example" } });
  expect(decision).toMatchObject({ value: true, reason: "TARGETING_MATCH", rule: "staff" });
});
