// The loops that are timed: each asks so many times.

/** Kept where the compiler can't know that nobody looks. */
export let last;

/** Asks for keys and users, the next of both with every call; waits for an answer where one comes as a promise. */
export function asking(ask, keys, users) {
  return isPromise(ask(keys[0], users[0])) ? askingAndWaiting(ask, keys, users) : askingAtOnce(ask, keys, users);
}

/** Asks for everything that a user gets, the next user with every call. */
export function askingForAll(all, users) {
  return asking((_, user) => all(user), [""], users);
}

function askingAtOnce(ask, keys, users) {
  return (count) => {
    let key = 0;
    let user = 0;
    for (let i = 0; i < count; i++) {
      last = ask(keys[key], users[user]);
      if (++key === keys.length) key = 0;
      if (++user === users.length) {
        user = 0;
        // The numbers of keys and users have a common divisor: without this a user would always meet the same keys.
        if (++key >= keys.length) key = 0;
      }
    }
  };
}

/** The same loop. To wait for what is there already would cost more than some evaluators take. */
function askingAndWaiting(ask, keys, users) {
  return async (count) => {
    let key = 0;
    let user = 0;
    for (let i = 0; i < count; i++) {
      last = await ask(keys[key], users[user]);
      if (++key === keys.length) key = 0;
      if (++user === users.length) {
        user = 0;
        if (++key >= keys.length) key = 0;
      }
    }
  };
}

function isPromise(value) {
  return typeof value?.then === "function";
}

/** Keys as they are where a program spells them out: engines keep one copy of each. */
export function spelledOut(keys) {
  return Object.keys(Object.fromEntries(keys.map((key) => [key, true])));
}
