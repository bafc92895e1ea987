// One evaluator, one set of columns, one process: `node decide.mjs PEER SET FILE PACE` answers nanoseconds by column.
import { importPeer } from "../peers.mjs";
import { answer } from "../process.mjs";
import { loopsOf } from "../sets.mjs";
import { time } from "../stopwatch.mjs";
import { users } from "../workload.mjs";

const [, , name, set, file, pace] = process.argv;
const peer = await importPeer(name);
const evaluator = await peer.open(file);
answer(await time(await loopsOf(set, users(), evaluator, peer.only), JSON.parse(pace)));
