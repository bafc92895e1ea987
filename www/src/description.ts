/** What a snapshot says about a flag that a decision does without, and that the package therefore leaves alone. */
export interface Description {
  readonly description?: string;
  readonly owner?: string;
  /** The names of its variants, in the order in which they are written. */
  readonly variants?: readonly string[];
  /** The layer that its first experiment is in, in words. */
  readonly layer?: string;
}

/** The descriptions of a snapshot's flags, by key. */
export function descriptions(text: string): Map<string, Description> {
  const found = new Map<string, Description>();
  let snapshot: unknown;
  try {
    snapshot = JSON.parse(text);
  } catch {
    // A text that is too long to be shown comes as "".
    return found;
  }
  const layers = field(snapshot, "layers");
  for (const [key, flag] of entries(field(snapshot, "flags"))) {
    const description = field(flag, "description");
    const owner = field(flag, "owner");
    const layer = layerOf(field(flag, "rules"), layers);
    found.set(key, {
      ...(typeof description === "string" ? { description } : undefined),
      ...(typeof owner === "string" ? { owner } : undefined),
      variants: entries(field(flag, "variants")).map(([name]) => name),
      ...(layer === undefined ? undefined : { layer }),
    });
  }
  return found;
}

/** `layer home`, or for one that lives in another `layer ranking, inside ranking of feed`. */
function layerOf(rules: unknown, layers: unknown): string | undefined {
  for (const [, rule] of entries(rules)) {
    const name = field(rule, "layer");
    if (typeof name !== "string") continue;
    const within = field(field(layers, name), "within");
    const inside = within === undefined ? "" : `, inside ${field(within, "experiment")} of ${field(within, "layer")}`;
    return `layer ${name}${inside}`;
  }
  return undefined;
}

function field(value: unknown, name: string): unknown {
  return entries(value).find(([key]) => key === name)?.[1];
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
