// Measurements run in processes of their own: here the one that starts them, and what they answer with.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs a script of this folder in a fresh Node and answers what it measured. */
export function inNode(script, ...values) {
  return measure(process.execPath, ["--expose-gc", programFile(script), ...values]);
}

/** Runs any program that ends by printing what it measured, as JSON in its last line. */
export async function measure(program, values, environment = {}) {
  // Some write less to the console in production, as they do where their users run them.
  const env = { ...process.env, NODE_ENV: "production", ...environment };
  const ended = await run(program, values, { env, maxBuffer: 2 ** 26 }).catch((failure) => failure);
  if (!(ended instanceof Error)) return JSON.parse(ended.stdout.trimEnd().split("\n").at(-1));
  const how = ended.signal ? `was ended by ${ended.signal}` : `ended with ${ended.code}`;
  throw new Error(`\`${[program, ...values].join(" ")}\` ${how}:\n${ended.stderr}`);
}

export function programFile(script) {
  return fileURLToPath(new URL(script, import.meta.url));
}

/** The end of a measuring process. Timers and threads that an evaluator keeps must not hold it up. */
export function answer(measured) {
  process.stdout.write(`${JSON.stringify(measured)}\n`);
  process.exit(0);
}

/** Tells whoever waits; what is printed on stdout is the document. */
export function say(what) {
  process.stderr.write(`  ${what}\n`);
}
