/** The pages in the order of the sidebar, by their path without `.md`. */
export const GROUPS = [
  {
    text: "Start",
    pages: ["index", "bundler", "page", "node", "workers", "next", "deno", "bun", "rust"].map(
      (page) => `start/${page}`,
    ),
  },
  {
    text: "Recipes",
    pages: [
      "index",
      "rollout",
      "kill-switch",
      "experiment",
      "holdout",
      "tenants",
      "local",
      "csp",
      "edge",
      "sources",
      "review",
    ].map((page) => `recipes/${page}`),
  },
  { text: "Reference", pages: ["reference/snapshot", "reference/command", "SPEC"] },
  {
    text: "In use",
    pages: ["AUTHORING", "LINTS", "DIFF", "SIMULATE", "TYPES", "COMMAND", "EDITORS", "DELIVERY", "EXPOSURES"],
  },
  { text: "About", pages: ["DESIGN", "BENCHMARKS"] },
];
