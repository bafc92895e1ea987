// Tidegate in each runtime, each in a process of its own; they take turns.
import { existsSync } from "node:fs";
import { versionOf } from "../beside/version.mjs";
import { importPeer, OWN } from "../peers.mjs";
import { measure, programFile, say } from "../process.mjs";
import { Samples } from "../samples.mjs";
import { SETS as FLAGS } from "../sets.mjs";
import { CHROMIUM, chromiumVersion, measureInChromium } from "./chromium.mjs";
import { SETS } from "./program.mjs";
import { DENO, findBun } from "./programs.mjs";
import { measureInWorkerd } from "./workerd.mjs";

const DENO_VALUES = ["run", "--quiet", "--no-prompt", "--cached-only", "--allow-read", "--allow-env", "--allow-sys"];

export async function measureRuntimes(store, { rounds, loops }) {
  const forms = [];
  for (const name of OWN) {
    const { title, entry, snapshot } = await importPeer(name);
    const files = SETS.map((set) => [set, store.write(name, set, snapshot(FLAGS[set]))]);
    forms.push({ name, title, entry, files: Object.fromEntries(files) });
  }
  const runtimes = available();
  const samples = new Samples();
  for (let round = 1; round <= rounds; round++) {
    for (const { name, missing, run } of runtimes) {
      if (missing) continue;
      for (const form of forms) {
        say(`round ${round} of ${rounds}: ${name}, ${form.name}`);
        samples.add(`${name} ${form.name}`, await run(form.entry, form.files, loops));
      }
    }
  }
  return { forms, runtimes, spreads: samples.spreads() };
}

function available() {
  const bun = findBun();
  return [
    { name: "Node", version: process.versions.node, run: inProcess({ program: process.execPath, values: [] }) },
    { name: "Chromium", ...inBrowser() },
    { name: "workerd", version: versionOf("workerd"), run: measureInWorkerd },
    { name: "Deno", version: versionOf("deno"), run: inProcess({ ...DENO, values: [...DENO.values, ...DENO_VALUES] }) },
    bun === undefined
      ? { name: "Bun", missing: "its npm package has no program for this system" }
      : { name: "Bun", version: versionOf("bun"), run: inProcess(bun) },
  ];
}

function inProcess({ program, values }) {
  const script = programFile("runtimes/process.mjs");
  return (entry, files, pace) =>
    measure(program, [...values, script, entry, JSON.stringify(files), JSON.stringify(pace)]);
}

function inBrowser() {
  if (!existsSync(CHROMIUM)) return { missing: `there is no \`${CHROMIUM}\`, and CHROMIUM names no other` };
  return { version: chromiumVersion(), run: measureInChromium };
}
