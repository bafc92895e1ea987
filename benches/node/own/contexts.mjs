// What only Tidegate has a row for: `node tidegate.mjs FOUR_FLAGS THOUSAND_FLAGS` prints nanoseconds by workload.
import { check } from "./check.mjs";
import { context, open } from "./peers/tidegate.mjs";
import { time } from "./stopwatch.mjs";
import { FOUR, users as makeUsers, many, NONE } from "./workload.mjs";

const [, , fourFile, thousandFile] = process.argv;
const users = makeUsers();
const { tide: few, ask } = await open(fourFile);
const { tide } = await open(thousandFile);
const keys = tide.keys();
check(many(1000), users, (key, user) => tide.for(context(user)).string(key, NONE));
check(FOUR, users, (key, user) => few.string(key, NONE, wide(user)));

export let last;
const bound = tide.for(context(users[0]));
let user = 0;

process.stdout.write(
  JSON.stringify(
    time({
      "one decision, 5 attributes in the context": (count) => {
        for (let i = 0; i < count; i++) last = ask("mixed", whoIsNext());
      },
      "one decision, 22 attributes in the context": (count) => {
        for (let i = 0; i < count; i++) last = few.string("mixed", NONE, wide(whoIsNext()));
      },
      "making the context of 22, without a decision": (count) => {
        for (let i = 0; i < count; i++) last = wide(whoIsNext());
      },
      "`decide`: value, variant, reason and rule": (count) => {
        for (let i = 0; i < count; i++) last = few.decide("mixed", context(whoIsNext()));
      },
      "binding a context": (count) => {
        for (let i = 0; i < count; i++) last = tide.for(context(whoIsNext()));
      },
      "a bound context, 1,000 keys in turn, not asked before": (count) => {
        let fresh = tide.for(context(whoIsNext()));
        for (let i = 0, key = 0; i < count; i++) {
          last = fresh.string(keys[key], NONE);
          if (++key < keys.length) continue;
          key = 0;
          fresh = tide.for(context(whoIsNext()));
        }
      },
      "a bound context, 1,000 keys in turn, asked before": (count) => {
        for (let i = 0, key = 0; i < count; i++) {
          last = bound.string(keys[key], NONE);
          if (++key === keys.length) key = 0;
        }
      },
    }),
  ),
);

function whoIsNext() {
  user = (user + 1) % users.length;
  return users[user];
}

/** Seventeen attributes more than the flags ask for. */
function wide(user) {
  return {
    locale: "de-DE",
    timeZone: "Europe/Berlin",
    currency: "EUR",
    platform: "web",
    browser: "firefox",
    browserVersion: 131,
    targetingKey: user.id,
    screenWidth: 1440,
    screenHeight: 900,
    touch: false,
    country: user.country,
    referrer: "newsletter",
    campaign: "autumn",
    visits: 12,
    orders: 3,
    version: user.version,
    signedIn: true,
    staff: false,
    plan: user.plan,
    trialDays: 0,
    shop: { id: "shop-42", plan: "plus" },
    age: user.age,
  };
}
