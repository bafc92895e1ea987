// One point of a curve: `node --expose-gc grow.mjs PEER AXIS COUNT FILE PACE` answers the milliseconds from the file to the
// first decision, the bytes by which the resident set has grown then, and the nanoseconds of a decision.
import { asking, spelledOut } from "../loops.mjs";
import { resident } from "../memory.mjs";
import { importPeer } from "../peers.mjs";
import { answer } from "../process.mjs";
import { time } from "../stopwatch.mjs";
import { NONE, users } from "../workload.mjs";
import { AXES } from "./axes.mjs";

const [, , name, axis, count, file, pace] = process.argv;
const { contexts: contextsOf, answers } = AXES[axis];
const contexts = contextsOf(users(), Number(count));
const { open } = await importPeer(name);

const before = await resident();
const began = performance.now();
const { tide } = await open(file);
const ask = (key, context) => tide.string(key, NONE, context);
ask("flag-0", contexts[0]);
const load = performance.now() - began;
const memory = (await resident()) - before;

const keys = spelledOut(tide.keys());
const given = new Set(contexts.map((context, at) => ask(keys[at % keys.length], context)));
if ([...given].sort().join() !== answers.join()) {
  throw new Error(`${count} ${axis}: it answers ${[...given].sort().join(", ")}, expected ${answers.join(", ")}`);
}
const { decision } = await time({ decision: asking(ask, keys, contexts) }, JSON.parse(pace));
answer({ load, memory, decision });
