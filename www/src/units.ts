import type { Context } from "tidegate";

/** How many units the picture has. */
export const UNITS = 10_000;

const COUNTRIES = ["US", "DE", "CA", "BR", "JP"];
const PLANS = ["free", "plus", "free", "enterprise"];
const VERSIONS = ["2.4.1", "2.3.0", "1.9.0", "2.6.0"];

/** What would be known of the simulated unit with a number, from 0: a user, and a shop of their own. */
export function contextOf(number: number): Context {
  const id = `u-${number}`;
  return {
    targetingKey: id,
    user: { id, email: `${id}@${number % 50 === 7 ? "shop.example" : "example.com"}`, country: at(COUNTRIES, number) },
    shop: { id: String(number), plan: at(PLANS, Math.floor(number / 5)) },
    app: { version: at(VERSIONS, Math.floor(number / 20)) },
  };
}

function at(list: readonly string[], number: number): string | undefined {
  return list[number % list.length];
}
