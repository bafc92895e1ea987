// One evaluator, one set of workloads, one process: `node decide.mjs PEER SET FILE` prints nanoseconds by workload.
import { check, checkAll } from "./check.mjs";
import { importPeer } from "./peers.mjs";
import { time } from "./stopwatch.mjs";
import { FOUR, users as makeUsers, many, ruleFor } from "./workload.mjs";

const [, , name, set, file] = process.argv;
const users = makeUsers();
const peer = await (await importPeer(name)).open(file);

/** Kept where the compiler can't know that nobody looks. */
export let last;

const loops = set === "four" ? four(peer) : thousand(peer);
process.stdout.write(JSON.stringify(time(loops)));

/** Flags asked one at a time, each again and again. */
function four({ ask }) {
  check(FOUR, users, ask);
  const hit = users.filter((user) => ruleFor(FOUR[2], user) !== undefined);
  return Object.fromEntries(
    FOUR.map(({ key }) => [key, (count) => askInTurn(ask, [key], key === "rule" ? hit : users, count)]),
  );
}

/** Another flag of a thousand and another user with every call; and all thousand of one user. */
function thousand({ ask, all, ...rest }) {
  const flags = many(1000);
  check(flags, users, ask);
  checkAll(flags, users, { ask, all, ...rest });
  const keys = keysOf(flags);
  let user = 0;
  return {
    spread: (count) => askInTurn(ask, keys, users, count),
    all1000: (count) => {
      for (let i = 0; i < count; i++) {
        user = (user + 1) % users.length;
        last = all(users[user]);
      }
    },
  };
}

function askInTurn(ask, keys, whom, count) {
  let key = 0;
  let user = 0;
  for (let i = 0; i < count; i++) {
    last = ask(keys[key], whom[user]);
    if (++key === keys.length) key = 0;
    if (++user === whom.length) {
      user = 0;
      // The numbers of keys and users have a common divisor: without this a user would always meet the same keys.
      if (++key >= keys.length) key = 0;
    }
  }
}

/** Keys as they are where a program spells them out: V8 keeps one copy of each. */
function keysOf(flags) {
  return Object.keys(Object.fromEntries(flags.map(({ key }) => [key, true])));
}
