// The eight stories that the second sample tells, one for each kind of system that the evaluator can stand in for.

export interface Story {
  readonly name: string;
  /** What kind of system it is. */
  readonly kind: string;
  readonly text: string;
  /** The flags that it is about; the picture shows the first that says something of a unit. */
  readonly flags: readonly string[];
  /** What one dot of the picture is. */
  readonly unit: "user" | "shop";
  /** The clock's range, and where it begins, in epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  readonly at: number;
  readonly alarm?: string;
}

const HOUR = 3_600_000;
const NOVEMBER = Date.UTC(2026, 10, 24, 8);
const still = { from: NOVEMBER, until: NOVEMBER + 48 * HOUR, at: NOVEMBER } as const;

export const STORIES: readonly Story[] = [
  {
    name: "A ramp that falls back",
    kind: "safe rollouts",
    text: "Express delivery goes from nobody to everybody in two days, in twenty steps. Move the clock and watch it fill; nobody who is in drops out. Then raise the alarm: whoever was in is back at once, and stays so until you say that all is well.",
    flags: ["express-delivery"],
    unit: "user",
    from: NOVEMBER - 4 * HOUR,
    until: NOVEMBER + 56 * HOUR,
    at: NOVEMBER + 20 * HOUR,
    alarm: "checkout-5xx",
  },
  {
    name: "Cells that stay",
    kind: "stored allocations",
    text: "Three posters for viewers in Australia and Canada. The rule is sticky: once a viewer has one it is stored, and neither other weights nor another country changes it. Edit the weights in the snapshot: those who were met keep theirs.",
    flags: ["poster"],
    unit: "user",
    ...still,
  },
  {
    name: "Gates behind gates",
    kind: "gatekeepers",
    text: "Chat is open to staff, or to one in five in the US; reactions only to half of those who have chat. Switch chat off in the snapshot (enabled: false), and reactions go with it.",
    flags: ["chat-reactions", "chat"],
    unit: "user",
    ...still,
  },
  {
    name: "One experiment each",
    kind: "coordinated experiments",
    text: "Two experiments share the start page, and no listener is in both. One in ten is held back from all of the quarter's, until the new year: move the clock there and see them join. What they would have got is known all along.",
    flags: ["home-shelf", "home-autoplay"],
    unit: "user",
    from: Date.UTC(2026, 11, 30),
    until: Date.UTC(2027, 0, 3),
    at: Date.UTC(2026, 11, 30, 12),
  },
  {
    name: "Shop by shop",
    kind: "betas",
    text: "A dot is a shop here: all of its people get the same. A fifth have the new register, two that asked for it have it anyway, and one that asked not to never does, whatever the percentage.",
    flags: ["register-redesign"],
    unit: "shop",
    ...still,
  },
  {
    name: "Every night at ten",
    kind: "windows",
    text: "Read-only from ten in the evening to four, Mondays to Thursdays: the window is part of the snapshot, with its offset, so every runtime opens and closes it at the same millisecond. One user is listed, and may write at night.",
    flags: ["night-maintenance"],
    unit: "user",
    from: Date.UTC(2026, 10, 25, 12),
    until: Date.UTC(2026, 10, 28, 12),
    at: Date.UTC(2026, 10, 25, 22),
  },
  {
    name: "Layers in layers",
    kind: "layered experiments",
    text: "Ranking has half of the feed and shares it out in a layer of its own; advertising has a quarter that nobody of ranking's ever sees. A model is only a parameter of a variant, put together with the others by name.",
    flags: ["ranker-fresh", "ranker-deep", "feed-ads"],
    unit: "user",
    ...still,
  },
  {
    name: "Hour by hour",
    kind: "switchbacks",
    text: "Couriers share the streets, so a routing can't be tried on half of them. Everybody flips together, by the hour, as the hour's number hashes. Move the clock and watch it flip.",
    flags: ["courier-routing"],
    unit: "user",
    ...still,
  },
];
