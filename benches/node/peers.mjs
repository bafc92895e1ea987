// Who is measured, Tidegate first. A module is imported only in the processes that measure it.

/** Tidegate in its forms: these are measured alone as well. */
export const OWN = ["tidegate", "tidegate-compiled"];

export const PEERS = [
  ...OWN,
  "flagd",
  "amplitude",
  "growthbook",
  "configcat",
  "launchdarkly",
  "eppo",
  "microsoft",
  "flipt",
  "statsig",
  "devcycle",
];

/**
 * `title` and `npm` name it; `snapshot` writes the workload's flags in its own format, text or bytes; `open` reads such a
 * file and answers `{ ask(key, user), all(user), values?(all) }`, which may give promises. One that can't do everything
 * says the columns that it can do (`only`) and `why` no more.
 */
export function importPeer(name) {
  return import(`./peers/${name}.mjs`);
}
