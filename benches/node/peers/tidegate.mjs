// Tidegate with snapshots of JSON. A form compiled ahead of time is a peer of its own beside this one: its `encode` writes
// other bytes, its `entry` and import name another entry of the package, and OWN in ../peers.mjs lists it.
import { pathToFileURL } from "node:url";
import { Tidegate } from "tidegate";
import { asDocument, evaluatorOf } from "../own/document.mjs";

export const title = "Tidegate";

/** The entry of the package, for runtimes that are handed a program. */
export const entry = "tidegate";

/** The contents of a snapshot's file. */
export const encode = (document) => JSON.stringify(document);

export const snapshot = (flags) => encode(asDocument(flags));

export async function open(file) {
  return evaluatorOf(await Tidegate.load(pathToFileURL(file)));
}
