// Sets chDB up, which is ClickHouse as a library, in a folder of its own under target/, and serves it on loopback.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(dirname(dirname(here)), "target/chdb");
const python = join(folder, "bin/python");
const VERSION = "4.4.0";

/** Installs what is missing. Answers why that can't be done, or undefined where it is done. */
export function setUp() {
  if (isThere()) return undefined;
  try {
    run("python3", ["-m", "venv", "--clear", folder]);
    run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `chdb==${VERSION}`]);
    return isThere() ? undefined : "it was installed, but can't be imported";
  } catch ({ message, stderr }) {
    return `${message}\n${stderr ?? ""}`.trim();
  }
}

function isThere() {
  if (!existsSync(python)) return false;
  try {
    run(python, ["-c", "import chdb.session"]);
    const probe = "import importlib.metadata as m; print(m.version('chdb'))";
    return run(python, ["-c", probe]).trim() === VERSION;
  } catch {
    return false;
  }
}

function run(program, given) {
  return execFileSync(program, given, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 600_000 });
}

/** A server, and how it is asked. `lose` are the numbers of insertions that happen, but are not answered. */
export async function serve({ lose = [] } = {}) {
  const child = spawn(python, [join(here, "clickhouse.py"), "--lose", lose.join(",")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(() => {
    throw new Error("the server in front of chDB ended before it served");
  });
  const [port] = await Promise.race([once(child.stdout, "data"), ended]);
  // It ends again when it is told to.
  ended.catch(() => {});
  const url = `http://127.0.0.1:${String(port).trim()}/`;
  const headers = { "x-clickhouse-user": "tester", "x-clickhouse-key": "secret" };
  return {
    url,
    user: "tester",
    password: "secret",
    /** Runs a statement; answers its rows. */
    async query(body) {
      const response = await fetch(url, { method: "POST", headers, body });
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line));
    },
    async close() {
      const exited = once(child, "exit");
      child.kill("SIGINT");
      await exited;
    },
  };
}
