// From import to the first decision, in a process that has done nothing else: `node cold.mjs PEER FILE KEY` answers
// milliseconds. The snapshot is read from disk.
import { importPeer } from "../peers.mjs";
import { answer } from "../process.mjs";
import { OFF } from "../workload.mjs";

const [, , name, file, key] = process.argv;
const user = { id: "user-1", country: "DE", version: "7.9.1", plan: "pro", age: 80, versionNumber: 7_009_001 };

const began = performance.now();
const { open } = await importPeer(name);
const { ask } = await open(file);
const given = await ask(key, user);
const took = performance.now() - began;

if (typeof given !== "string" || given === OFF) throw new Error(`\`${key}\` answers \`${given}\``);
answer({ took });
