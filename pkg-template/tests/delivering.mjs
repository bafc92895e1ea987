// What the tests of delivery share: a server, deliveries from it that end with their test, and two snapshots.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "node:test";
import { fileURLToPath } from "node:url";
import { Tidegate } from "tidegate";
import { connect } from "tidegate/delivery";
import { Publisher } from "./publisher.mjs";
import { ON_OFF, snapshot } from "./snapshots.mjs";

const ON = { ...ON_OFF, default: "on" };
export const FIRST = snapshot({ a: ON }, { revision: "r1", sequence: 1 });
export const SECOND = snapshot({ a: ON_OFF, b: ON }, { revision: "r2", sequence: 2 });

/** Quick, and without chance. */
const QUICK = { interval: 20, retryAfter: 10, retryAtMost: 80, timeout: 1000, staleAfter: 60_000, random: () => 0.5 };

/** The server of the test that runs. */
export let server;
let open;

beforeEach(async () => {
  server = await Publisher.open(FIRST);
  open = [];
});

afterEach(async () => {
  for (const delivery of open) {
    delivery.close();
    delivery.tide.dispose();
  }
  await server.close();
});

/** Connects to the server, with everything that fails. */
export async function start(more = {}) {
  const failed = [];
  const onFailed = (error) => failed.push(error);
  const delivery = await connect(Tidegate, { url: server.url, ...QUICK, onFailed, ...more });
  open.push(delivery);
  return { delivery, tide: delivery.tide, failed };
}

/** A file that isn't there yet, in a folder of its own. */
export function place() {
  return join(mkdtempSync(join(tmpdir(), "tidegate-")), "snapshot");
}

export const codes = (failed) => failed.map(({ code }) => code);
/** What the two flags of the snapshots are: on and off in the first, off and on in the second. */
export const answers = (tide) => [tide.boolean("a", false), tide.boolean("b", false)];

/** Runs a program in a Node of its own, with flags, and after `--` arguments; answers what it prints. */
export function run(program, ...more) {
  const at = more.indexOf("--");
  const [flags, rest] = at < 0 ? [more, []] : [more.slice(0, at), more.slice(at)];
  const options = [...flags, "--input-type=module", "--eval", program, ...rest];
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, options, { cwd, encoding: "utf8", timeout: 30_000 });
  assert.equal(status, 0, stderr);
  return stdout;
}
