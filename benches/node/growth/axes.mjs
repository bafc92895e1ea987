// What grows, one thing at a time: the snapshot's document for so many of it, the keys and contexts to ask with, and the
// answers that have to occur.
import { asDocument, asSplit, context, VARIANTS } from "../own/document.mjs";
import { wideContexts } from "../own/wide.mjs";
import { many, OFF, SPLIT } from "../workload.mjs";

export const AXES = {
  flags: {
    title: "flags",
    about: "flags like those of `spread`, all of them asked in turn",
    counts: [10, 100, 1000, 10_000, 100_000],
    document: (count) => asDocument(many(count)),
    contexts: (users) => users.map(context),
    answers: ["a", "b", "c", "loyal", "paying"],
  },
  rules: {
    title: "rules a flag",
    about:
      "a hundred flags, of whose rules only the last applies to anybody; with one rule such a flag is the same for everybody",
    counts: [1, 3, 10, 30, 100],
    document: (count) =>
      documentOf(
        100,
        Array.from({ length: count }, (_, at) => ruleAt(at, count)),
      ),
    contexts: (users) => users.map(context),
    answers: ["a"],
  },
  attributes: {
    title: "attributes in the context",
    about: "one flag, which reads the key and the country",
    counts: [2, 6, 20, 60, 200],
    document: () => documentOf(1, [GERMAN_SPEAKING, { serve: asSplit(SPLIT) }]),
    contexts: (users, count) =>
      wideContexts(
        users.map(({ id, country }) => ({ targetingKey: id, country })),
        count,
      ),
    answers: ["a", "b", "c", "loyal"],
  },
  ids: {
    title: "ids in a segment",
    about: "one flag, whose rule is for a segment; the longest lists have half of those who ask",
    counts: [1, 100, 10_000, 100_000, 1_000_000],
    document: (count, users) => ({
      ...documentOf(1, [{ when: { segment: "listed" }, serve: "loyal" }]),
      segments: { listed: { include: listed(users, count) } },
    }),
    contexts: (users) => users.map(context),
    answers: ["loyal", OFF],
  },
};

const GERMAN_SPEAKING = { when: { attr: "country", op: "in", value: ["DE", "AT", "CH"] }, serve: "loyal" };

/** So many flags with the same rules. */
function documentOf(count, rules) {
  const keys = Array.from({ length: count }, (_, number) => `flag-${number}`);
  const flag = { type: "string", variants: VARIANTS, off: OFF, default: OFF, rules };
  const flags = keys.map((key) => [key, { ...flag, salt: key }]);
  return { schemaVersion: 1, revision: "1", flags: Object.fromEntries(flags) };
}

/** The last is for everybody; for the others somebody's country is right, but nobody's age. */
function ruleAt(at, count) {
  if (at === count - 1) return { serve: "a" };
  const old = { attr: "age", op: "gte", value: 200 + at };
  return { when: { all: [GERMAN_SPEAKING.when, old] }, serve: "paying" };
}

/** Every other user, as far as there are, then people who never ask. */
function listed(users, count) {
  return Array.from({ length: count }, (_, number) => users[number * 2]?.id ?? `member-${number}`);
}
