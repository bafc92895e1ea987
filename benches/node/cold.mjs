// From import to the first decision, in a process that has done nothing else: `node cold.mjs PEER FILE KEY` prints
// milliseconds. The snapshot is read from disk, as JSON.
import { importPeer } from "./peers.mjs";
import { OFF } from "./workload.mjs";

const [, , name, file, key] = process.argv;
const user = { id: "user-1", country: "DE", version: "7.9.1", plan: "pro", age: 80 };

const began = performance.now();
const { open } = await importPeer(name);
const { ask } = await open(file);
const answer = ask(key, user);
const took = performance.now() - began;

if (typeof answer !== "string" || answer === OFF) throw new Error(`\`${key}\` answers \`${answer}\``);
process.stdout.write(JSON.stringify({ took }));
