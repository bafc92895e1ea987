import { readFileSync } from "node:fs";
import { ConfigurationObjectFeatureFlagProvider, FeatureManager } from "@microsoft/feature-management";
import { OFF } from "../workload.mjs";

export const title = "Microsoft";
export const npm = "@microsoft/feature-management";

/** What it can be asked, and why no more. */
export const only = ["off", "offKeys", "rollout"];
export const why =
  "variants are assigned by user, group and percentile alone, so a rule on attributes can't be written down, nor a snapshot of such flags loaded";

export function snapshot(flags) {
  const feature_flags = flags.map(({ key, enabled, split }) => ({
    id: key,
    enabled,
    variants: [OFF, "a", "b", "c"].map((name) => ({ name, configuration_value: name })),
    allocation: {
      seed: key,
      default_when_disabled: OFF,
      default_when_enabled: OFF,
      ...(split ? { percentile: percentiles(split) } : {}),
    },
  }));
  return JSON.stringify({ feature_management: { feature_flags } });
}

function percentiles(split) {
  let from = 0;
  return Object.entries(split).map(([variant, percent]) => {
    const range = { variant, from, to: from + percent };
    from = range.to;
    return range;
  });
}

export function open(file) {
  const provider = new ConfigurationObjectFeatureFlagProvider(JSON.parse(readFileSync(file, "utf8")));
  const manager = new FeatureManager(provider);
  return { ask: async (key, user) => (await manager.getVariant(key, { userId: user.id, groups: [] })).configuration };
}
