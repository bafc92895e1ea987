// Snapshots that the tests share, small enough to decide in one's head.

export const ON_OFF = { type: "boolean", variants: { on: true, off: false }, off: "off", default: "off" };

export function snapshot(flags, more = {}) {
  return { schemaVersion: 1, revision: "r1", flags, ...more };
}

/** A flag that is on where a condition holds. */
export function when(condition, more = {}) {
  return { ...ON_OFF, rules: [{ id: "match", when: condition, serve: "on" }], ...more };
}

/** A flag that is on where an attribute equals a value. */
export function equals(attr, value) {
  return when({ attr, op: "eq", value });
}

export const SHOP = snapshot(
  {
    "cart-v2": { ...ON_OFF, default: "on", metadata: { owner: "cart", risk: 2, legacy: false } },
    "new-checkout": {
      ...ON_OFF,
      unit: "user.id",
      salt: "new-checkout",
      prerequisites: [{ flag: "cart-v2", variants: ["on"] }],
      rules: [
        { id: "staff", when: { segment: "staff" }, serve: "on" },
        {
          id: "plus",
          when: { attr: "shop.plan", op: "in", value: ["plus", "enterprise"] },
          serve: {
            split: [
              { variant: "on", weight: 1 },
              { variant: "off", weight: 1 },
            ],
          },
        },
      ],
    },
    theme: {
      type: "string",
      variants: { light: "light", dark: "dark" },
      off: "light",
      rules: [{ id: "dark", when: { attr: "prefers", op: "eq", value: "dark" }, serve: "dark" }],
      default: "light",
    },
    "page-size": { type: "number", variants: { small: 10, large: 50 }, off: "small", default: "large" },
    banner: {
      type: "object",
      variants: { none: {}, sale: { title: "Sale", items: [{ id: 1 }, { id: 2 }] } },
      off: "none",
      default: "sale",
    },
    retired: { ...ON_OFF, enabled: false, default: "on" },
    broken: { ...ON_OFF, rules: [{ when: { attr: "a", op: "equals", value: 1 }, serve: "on" }] },
  },
  {
    revision: "42",
    sequence: 42,
    environment: "test",
    segments: { staff: { attr: "user.email", op: "endsWith", value: "@shop.example" } },
  },
);

/** A context with nothing special about it. */
export const SHOPPER = {
  targetingKey: "u-1",
  user: { id: "u-1", email: "a@mail.example" },
  shop: { id: "42", plan: "free" },
};

export const STAFF = { ...SHOPPER, user: { id: "u-2", email: "b@shop.example" } };

export function encode(value) {
  return new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
}
