// One experiment, for tests of what is exposed.
const SPLIT = {
  split: [
    { variant: "on", weight: 1 },
    { variant: "off", weight: 1 },
  ],
};

export const SNAPSHOT = {
  schemaVersion: 1,
  revision: "r1",
  flags: {
    ranking: {
      type: "boolean",
      variants: { on: true, off: false },
      off: "off",
      default: "off",
      salt: "r",
      rules: [{ id: "half", experiment: "ranking", serve: SPLIT }],
    },
  },
};
