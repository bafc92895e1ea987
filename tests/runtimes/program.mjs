// What every runtime runs: no line of it knows where it is. The package's entries are those that the runtime resolves.
import { Tidegate } from "tidegate";
import { Tidegate as Slim } from "tidegate/slim";
import { check } from "./vectors.mjs";

/**
 * How many vectors passed, by the form of the snapshots, and what failed. `files` are those of `vectors.json`;
 * `source` is where the runtime has `snapshot.json`, in whatever way `Tidegate.load` takes it.
 */
export async function run({ files, snapshot }, source) {
  const loaded = await Tidegate.load(source);
  await Slim.init();
  const passed = { json: 0, compiled: 0, slim: 0 };
  const failures = [];
  if (loaded.revision !== snapshot.revision || loaded.loadReport.flags !== snapshot.flags) {
    const found = `revision ${loaded.revision} with ${loaded.loadReport.flags} flags`;
    failures.push(`snapshot.json: found ${found}, expected revision ${snapshot.revision} with ${snapshot.flags}`);
  }
  for (const { name, text, compiled } of files) {
    const file = JSON.parse(text);
    const documents = compiled?.map(fromBase64);
    for (const [form, Evaluator, options] of [
      ["json", Tidegate, {}],
      ["compiled", Tidegate, { documents }],
      ["slim", Slim, { documents, explains: false }],
    ]) {
      if (form !== "json" && documents === undefined) continue;
      try {
        const result = check(Evaluator, file, options);
        passed[form] += result.passed;
        failures.push(...result.failures.map((failure) => `${name}, ${form}: ${failure}`));
      } catch (error) {
        failures.push(`${name}, ${form}: ${error}`);
      }
    }
  }
  return { passed, failures };
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (digit) => digit.charCodeAt(0));
}
