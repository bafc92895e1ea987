import type { Sink } from "./sink.js";

export interface ConsoleSinkOptions {
  /** Gets each row as an object; `console.log` unless given. */
  readonly log?: (row: unknown) => void;
}

/** Prints rows: to look at what would be sent. */
export function consoleSink({ log = console.log }: ConsoleSinkOptions = {}): Sink {
  return {
    name: "the console",
    send(lines) {
      for (const line of lines) log(JSON.parse(line));
      return Promise.resolve({ outcome: "taken" });
    },
  };
}
