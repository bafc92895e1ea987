// What a snapshot costs in memory: `node --expose-gc memory.mjs PEER FILE COUNT` answers by how many bytes the resident set
// grew from before the import to after the first decision, and to after every flag was asked for ten users.
import { resident } from "../memory.mjs";
import { importPeer } from "../peers.mjs";
import { answer } from "../process.mjs";
import { users as makeUsers, many } from "../workload.mjs";

const [, , name, file, count] = process.argv;
const users = makeUsers().slice(0, 10);
const keys = many(Number(count)).map(({ key }) => key);

const before = await resident();
const { open } = await importPeer(name);
const { ask } = await open(file);
await ask(keys[0], users[0]);
const loaded = await resident();
for (const user of users) for (const key of keys) await ask(key, user);
const asked = await resident();
answer({ loaded: loaded - before, asked: asked - before });
