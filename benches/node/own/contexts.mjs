// What only Tidegate has a row for: `node contexts.mjs PEER FEW_FLAGS THOUSAND_FLAGS PACE` answers nanoseconds by row.
import { OpenFeature } from "@openfeature/server-sdk";
import { TidegateProvider } from "tidegate/openfeature-server";
import { check } from "../check.mjs";
import { asking, spelledOut } from "../loops.mjs";
import { importPeer } from "../peers.mjs";
import { answer } from "../process.mjs";
import { time } from "../stopwatch.mjs";
import { FEW, users as makeUsers, many, NONE } from "../workload.mjs";
import { context } from "./document.mjs";
import { wideContexts } from "./wide.mjs";

const [, , name, fewFile, thousandFile, pace] = process.argv;
/** Kept where the compiler can't know that nobody looks. */
export let last;

const { open } = await importPeer(name);
const { tide: few } = await open(fewFile);
const { tide } = await open(thousandFile);

const users = makeUsers();
const contexts = users.map(context);
const keys = spelledOut(tide.keys());
const decideIn = (count) =>
  asking((key, given) => few.string(key, NONE, given), ["mixed"], wideContexts(contexts, count));

await check(FEW, users, (key, user) => few.string(key, NONE, context(user)));
await check(many(1000), users, (key, user) => tide.for(context(user)).string(key, NONE));

await OpenFeature.setProviderAndWait(new TidegateProvider(few));
const client = OpenFeature.getClient();

const loops = {
  "one decision, 5 attributes in the context": decideIn(5),
  "one decision, 22 attributes in the context": decideIn(22),
  "one decision, 102 attributes in the context": decideIn(102),
  "`decide`: value, variant, reason and rule": asking((key, user) => few.decide(key, context(user)), ["mixed"], users),
  "the same flag through OpenFeature's server SDK": asking(
    (key, user) => client.getStringValue(key, NONE, context(user)),
    ["mixed"],
    users,
  ),
  "binding a context": asking((_, user) => tide.for(context(user)), [""], users),
  "a bound context, 1,000 keys in turn, not asked before": askFresh,
  "a bound context, 1,000 keys in turn, asked before": asking((key, bound) => bound.string(key, NONE), keys, [
    tide.for(contexts[0]),
  ]),
};
answer(await time(loops, JSON.parse(pace)));

/** Binds the next user's context as soon as one was asked for every key. */
function askFresh(count) {
  let bound;
  for (let i = 0; i < count; i++) {
    const key = i % keys.length;
    if (key === 0) bound = tide.for(context(users[(i / keys.length) % users.length]));
    last = bound.string(keys[key], NONE);
  }
}
