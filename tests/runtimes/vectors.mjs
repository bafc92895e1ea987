// Asks a Tidegate what the vectors ask and compares. It imports nothing, so that it runs wherever a Tidegate does.

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The names of the files that are about buckets alone, which the package does not show. */
export const NOT_DECISIONS = /^bucketing/;

/** What the clock says: the instant of the case that is asked. */
let instant = 0;

/** The name of the file about documents that no snapshot can be compiled of. */
export const NO_SNAPSHOTS = /^snapshots-refused/;

/**
 * Checks one file: how many questions were asked, and what was answered wrongly. `compile` may turn the documents into
 * what is loaded, and `explains` tells whether explanations are asked for too.
 */
export function check(
  Tidegate,
  { snapshot, contexts, cases },
  { compile = (document) => document, explains = true } = {},
) {
  const result = { asked: 0, wrong: [], explains };
  const load = (document, more) => new Tidegate(compile(document), { strict: true, now: () => instant, ...more });
  if (contexts !== undefined) checkAnswers(load(snapshot), contexts, cases, result);
  else if (snapshot !== undefined) checkDecisions(load, snapshot, cases, result);
  else for (const one of cases) checkDocument(load, one, result);
  return result;
}

function checkDecisions(load, snapshot, cases, result) {
  const shared = load(snapshot);
  note(result, "nothing is refused", shared.loadReport.refused, []);
  for (const { name, flag, namespace, context, now, host = {}, expect } of cases) {
    instant = now ?? 0;
    // A Tidegate latches rollbacks by itself, and stores by the units that it finds: the package's own tests have the rest.
    if (host.rolledBack !== undefined || (host.stored !== undefined && context.targetingKey === undefined)) continue;
    const isAlone = snapshot.alarms !== undefined || host.stored !== undefined || host.forced !== undefined;
    const tide = isAlone ? load(snapshot, optionsOf(host)) : shared;
    for (const [key, variant] of Object.entries(host.forced ?? {})) tide.override(key, variant);
    if (namespace === undefined) ask(tide, name, flag, context, expect, result);
    else note(result, name, tide.parameters(namespace, context), expect);
    if (isAlone) tide.dispose();
  }
}

/** A host that has stored variants, whatever the unit, and may force some. */
function optionsOf({ stored = {} }) {
  const get = (place) => (JSON.parse(place).length === 3 ? stored[JSON.parse(place)[0]] : undefined);
  return { overrides: "", store: { get, set: () => {} } };
}

/** Every flag in every context: the answers' places in a list of outcomes, a letter each. */
function checkAnswers(tide, contexts, cases, result) {
  note(result, "nothing is refused", tide.loadReport.refused, []);
  for (const { flag, outcomes, answers } of cases) {
    for (const [at, context] of contexts.entries()) {
      ask(tide, `${flag} in context ${at}`, flag, context, outcomes[LETTERS.indexOf(answers[at])], result);
    }
  }
}

function checkDocument(load, { name, document, documentHex, code, path, flags, refused, decide = [] }, result) {
  const bytes = documentHex === undefined ? new TextEncoder().encode(document) : fromHex(documentHex);
  let tide;
  try {
    tide = load(bytes);
  } catch (error) {
    note(result, name, { code: error.code, path: error.path }, { code, path });
    return;
  }
  if (refused === undefined) {
    note(result, name, null, code);
    return;
  }
  const places = new Set(tide.loadReport.refused.map(place));
  note(result, `${name}: flags`, tide.loadReport.flags, flags);
  for (const problem of refused) note(result, `${name}: ${place(problem)}`, places.has(place(problem)), true);
  const owners = (problems) =>
    [...new Set(problems.map((problem) => place({ ...problem, code: "", path: "" })))].sort();
  note(result, `${name}: who is refused`, owners(tide.loadReport.refused), owners(refused));
  for (const { flag, context, expect } of decide) ask(tide, `${name}: ${flag}`, flag, context, expect, result);
  tide.dispose();
}

function place({ flag, segment, layer, holdout, code, path }) {
  return JSON.stringify({ flag, segment, layer, holdout, code, path });
}

/** One question, in every way there is to ask it. */
function ask(tide, name, key, context, expect, result) {
  const { flag, revision, errorMessage, ...answer } = tide.decide(key, context);
  note(result, name, answer, expect);
  note(result, `${name}: flag and revision`, [flag, revision], [key, tide.revision]);
  const bound = tide.for(context);
  const { errorMessage: again, ...sameAnswer } = bound.decide(key);
  note(result, `${name}: bound`, [sameAnswer, again], [{ flag, revision, ...answer }, errorMessage]);
  const { value } = expect;
  const fallback = Object.freeze({});
  const type = typeof (value ?? fallback);
  note(result, `${name}: ${type}()`, tide[type](key, fallback, context), value ?? fallback);
  const values = bound.values();
  note(result, `${name}: values()`, Object.hasOwn(values, key) ? values[key] : undefined, value);
  if (!result.explains) return;
  const { reason, variant, rule, stored, holdout, wouldBe, errorCode } = tide.explain(key, context);
  note(result, `${name}: explain()`, { value, reason, variant, rule, stored, holdout, wouldBe, errorCode }, expect);
}

function note(result, name, found, expected) {
  result.asked++;
  if (!same(found, expected)) {
    result.wrong.push(`${name}: found ${JSON.stringify(found)} where ${JSON.stringify(expected)} was expected`);
  }
}

/** Compares as JSON does: what is undefined is not there, and 42.0 is 42. */
function same(a, b) {
  if (a === b || (a === undefined && b === null) || (a === null && b === undefined)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = (object) => Object.keys(object).filter((key) => object[key] !== undefined);
  return keys(a).length === keys(b).length && keys(a).every((key) => same(a[key], b[key]));
}

function fromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}
