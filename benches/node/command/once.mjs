// One run of the release build of the command.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../../target/release/tidegate", import.meta.url));

/** Where Linux keeps what a process has used; other systems have no such file, and then nothing is known. */
function peakOf(process) {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${process}/status`, "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}

/** Seconds from its start to its end, and the most memory that it had, in bytes. */
export async function runOnce(values, { cwd, cores }) {
  const env = { ...process.env, RAYON_NUM_THREADS: String(cores) };
  const began = performance.now();
  const child = spawn(COMMAND, values, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  let peak;
  const watch = setInterval(() => {
    peak = peakOf(child.pid) || peak;
  }, 5);
  const [code] = await once(child, "close");
  clearInterval(watch);
  if (code !== 0) throw new Error(`\`tidegate ${values.join(" ")}\` ended with ${code}:\n${said}`);
  return { seconds: (performance.now() - began) / 1000, peak };
}
