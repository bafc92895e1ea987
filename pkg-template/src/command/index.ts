// The command `tidegate` for programs, such as build tools.
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export interface CommandOptions {
  /** The folder that relative paths start from; by default the process's. */
  readonly cwd?: string;
  /** What `-` reads. */
  readonly stdin?: string | Uint8Array;
}

export interface CommandResult {
  /** 0 all is well; 1 the finding that CI should fail for; 2 it could not be done. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `tidegate` as `npx tidegate` does, in a process of its own, so that long work keeps nobody waiting.
 * Rejects where there can't be a process, or it was ended from outside.
 */
export async function runTidegate(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const main = fileURLToPath(new URL("./main.js", import.meta.url));
  const child = spawn(process.execPath, [main, ...args], { cwd: options.cwd, stdio: "pipe", windowsHide: true });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === null) reject(new Error(`tidegate was ended by ${signal}`));
      else resolve(code);
    });
  });
  child.stdin.on("error", ignoreClosed);
  child.stdin.end(options.stdin);
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** A command that needs no input closes it. */
function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
