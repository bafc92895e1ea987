// Asks a Tidegate what the vectors ask and compares. It imports nothing, so that it runs wherever a Tidegate does.

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The names of the files that are about buckets alone, which the package does not show. */
export const NOT_DECISIONS = /^bucketing/;

/** The name of the file about documents that no snapshot can be compiled of. */
export const NO_SNAPSHOTS = /^snapshots-refused/;

/** What the clock says: the instant of the case that is asked. */
let instant = 0;

/** What a file's vectors are loaded from: one snapshot, or a document a case. */
export function documentsOf({ snapshot, cases }) {
  if (snapshot !== undefined) return [snapshot];
  return cases.map(({ document, documentHex }) =>
    documentHex === undefined ? new TextEncoder().encode(document) : fromHex(documentHex),
  );
}

/**
 * Checks one file, in the place of whose documents others may be loaded: how many of its vectors passed, and what was
 * wrong with the others. `explains` tells whether explanations are asked for too.
 */
export function check(Tidegate, file, { documents = documentsOf(file), explains = true } = {}) {
  const result = { passed: 0, failures: [], explains };
  const load = (document, more) => new Tidegate(document, { strict: true, now: () => instant, ...more });
  const { snapshot, contexts, cases } = file;
  if (contexts !== undefined) checkAnswers(loadWhole(load, documents[0]), contexts, cases, result);
  else if (snapshot !== undefined) checkDecisions(load, snapshot, documents[0], cases, result);
  else for (const [at, one] of cases.entries()) checkDocument(load, documents[at], one, result);
  const { passed, failures } = result;
  return { passed, failures };
}

/** The snapshots that decisions are asked of have nothing that is refused. */
function loadWhole(load, document) {
  const tide = load(document);
  const { refused } = tide.loadReport;
  if (refused.length > 0) throw new Error(`${JSON.stringify(refused)} are refused where nothing was to be`);
  return tide;
}

function checkDecisions(load, snapshot, document, cases, result) {
  const shared = loadWhole(load, document);
  for (const { name, flag, namespace, context, now, host = {}, expect } of cases) {
    instant = now ?? 0;
    // A Tidegate latches rollbacks by itself, and stores by the units that it finds: the package's own tests have the rest.
    if (host.rolledBack !== undefined || (host.stored !== undefined && context.targetingKey === undefined)) continue;
    const isAlone = snapshot.alarms !== undefined || host.stored !== undefined || host.forced !== undefined;
    const tide = isAlone ? load(document, optionsOf(host)) : shared;
    for (const [key, variant] of Object.entries(host.forced ?? {})) tide.override(key, variant);
    vector(result, name, (same) => {
      if (namespace === undefined) ask(tide, flag, context, expect, result.explains, same);
      else same("parameters()", tide.parameters(namespace, context), expect);
    });
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
  for (const { flag, outcomes, answers } of cases) {
    for (const [at, context] of contexts.entries()) {
      const expect = outcomes[LETTERS.indexOf(answers[at])];
      vector(result, `${flag} in context ${at}`, (same) => ask(tide, flag, context, expect, result.explains, same));
    }
  }
}

function checkDocument(load, document, { name, code, path, flags, refused, decide = [] }, result) {
  let tide;
  vector(result, name, (same) => {
    try {
      tide = load(document);
    } catch (error) {
      same("refused with", { code: error.code, path: error.path }, { code, path });
      return;
    }
    if (refused === undefined) {
      same("code", null, code);
      return;
    }
    same("flags", tide.loadReport.flags, flags);
    const places = new Set(tide.loadReport.refused.map(place));
    for (const problem of refused) same(`refused: ${place(problem)}`, places.has(place(problem)), true);
    const owners = (problems) =>
      [...new Set(problems.map((problem) => place({ ...problem, code: "", path: "" })))].sort();
    same("who is refused", owners(tide.loadReport.refused), owners(refused));
  });
  for (const { flag, context, expect } of decide) {
    vector(result, `${name}: ${flag}`, (same) => ask(tide, flag, context, expect, result.explains, same));
  }
  tide?.dispose();
}

function place({ flag, segment, layer, holdout, code, path }) {
  return JSON.stringify({ flag, segment, layer, holdout, code, path });
}

/** One question, in every way there is to ask it. */
function ask(tide, key, context, expect, explains, same) {
  const { flag, revision, errorMessage, ...answer } = tide.decide(key, context);
  same("decide()", answer, expect);
  same("flag and revision", [flag, revision], [key, tide.revision]);
  const bound = tide.for(context);
  const { errorMessage: again, ...sameAnswer } = bound.decide(key);
  same("bound", [sameAnswer, again], [{ flag, revision, ...answer }, errorMessage]);
  const { value } = expect;
  const fallback = Object.freeze({});
  const type = typeof (value ?? fallback);
  same(`${type}()`, tide[type](key, fallback, context), value ?? fallback);
  const values = bound.values();
  same("values()", Object.hasOwn(values, key) ? values[key] : undefined, value);
  if (!explains) return;
  const { reason, variant, rule, stored, holdout, wouldBe, errorCode } = tide.explain(key, context);
  same("explain()", { value, reason, variant, rule, stored, holdout, wouldBe, errorCode }, expect);
}

/** One vector, which passes when all that `compare` compares is the same. */
function vector(result, name, compare) {
  const wrong = [];
  try {
    compare((what, found, expected) => {
      if (!isSame(found, expected)) {
        wrong.push(`${what}: found ${JSON.stringify(found)} where ${JSON.stringify(expected)} was expected`);
      }
    });
  } catch (error) {
    wrong.push(`threw ${error}`);
  }
  if (wrong.length === 0) result.passed++;
  else result.failures.push(`${name}: ${wrong.join("; ")}`);
}

/** Compares as JSON does: what is undefined is not there, and 42.0 is 42. */
function isSame(a, b) {
  if (a === b || (a === undefined && b === null) || (a === null && b === undefined)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = (object) => Object.keys(object).filter((key) => object[key] !== undefined);
  return keys(a).length === keys(b).length && keys(a).every((key) => isSame(a[key], b[key]));
}

function fromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}
