// Who is measured, Tidegate first. A module is imported only in the processes that measure it.

export const PEERS = ["tidegate", "flagd", "amplitude", "growthbook"];

/**
 * `title` and `npm` name it; `snapshot` writes the workload's flags in its own format; `open` reads such a file and
 * answers `{ ask(key, user), all(user), values?(all) }`.
 */
export function importPeer(name) {
  return import(`./peers/${name}.mjs`);
}
