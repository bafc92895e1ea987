// What a snapshot costs in memory: `node --expose-gc memory.mjs PEER FILE` prints by how many bytes the resident set grew
// from before the import to after the first decision, and to after every flag was asked for a hundred users.
import { setTimeout } from "node:timers/promises";
import { importPeer } from "./peers.mjs";
import { users as makeUsers, many } from "./workload.mjs";

const [, , name, file, count] = process.argv;
const users = makeUsers().slice(0, 100);
const keys = many(Number(count)).map(({ key }) => key);

const before = await resident();
const { open } = await importPeer(name);
const { ask } = await open(file);
ask(keys[0], users[0]);
const loaded = await resident();
for (const user of users) for (const key of keys) ask(key, user);
const asked = await resident();
process.stdout.write(JSON.stringify({ loaded: loaded - before, asked: asked - before }));

async function resident() {
  for (let round = 0; round < 4; round++) {
    globalThis.gc();
    await setTimeout(50);
  }
  return process.memoryUsage.rss();
}
