// What a snapshot costs in memory: `node --expose-gc memory.mjs PEER FILE COUNT` answers by how many bytes the resident set
// grew from before the import to after the first decision, and to after every flag was asked for three users.
import { resident } from "../memory.mjs";
import { importPeer } from "../peers.mjs";
import { answer } from "../process.mjs";
import { users as makeUsers, many } from "../workload.mjs";

const [, , name, file, count] = process.argv;
const users = makeUsers().slice(0, 3);
const keys = many(Number(count)).map(({ key }) => key);

const before = await resident();
const { open } = await importPeer(name);
/** Exported so that nothing of it is collected while somebody could still ask. */
export const evaluator = await open(file);
await evaluator.ask(keys[0], users[0]);
const loaded = await resident();
for (const user of users) for (const key of keys) await evaluator.ask(key, user);
const asked = await resident();
answer({ loaded: loaded - before, asked: asked - before });
