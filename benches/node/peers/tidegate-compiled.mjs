// Tidegate with snapshots that the command has compiled ahead, in the build that reads nothing else.
import { spawnSync } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Tidegate } from "tidegate/slim";
import { asDocument, evaluatorOf } from "../own/document.mjs";

export const title = "Tidegate, compiled";

export const entry = "tidegate/slim";

const COMMAND = fileURLToPath(new URL("../../../target/release/tidegate", import.meta.url));
const LARGEST = 256 * 1024 * 1024;

export function encode(document) {
  const options = { input: JSON.stringify(document), maxBuffer: LARGEST };
  const { status, stdout, stderr, error } = spawnSync(COMMAND, ["compile", "-", "-o", "-"], options);
  if (status !== 0) throw error ?? new Error(`\`tidegate compile\` ended with ${status}:\n${stderr}`);
  return stdout;
}

export const snapshot = (flags) => encode(asDocument(flags));

export async function open(file) {
  return evaluatorOf(await Tidegate.load(pathToFileURL(file)));
}
