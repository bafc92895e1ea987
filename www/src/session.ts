import {
  type Context,
  type Decision,
  type Explanation,
  type LoadReport,
  type Rollback,
  Tidegate,
  TidegateError,
} from "tidegate";
import { memoryStore } from "tidegate/stores";
import { type Description, descriptions } from "./description.js";
import { offsetOf, outline, position } from "./json.js";

/** Why a text was not taken, and where in it, when that is known. */
export interface Complaint {
  readonly code: string;
  readonly message: string;
  readonly place: string;
  readonly offset?: number;
}

const PLACED = / at line (\d+),? column (\d+)/;

/** The snapshot and the context that are in use: always the last ones that were sound. */
export class Session {
  #tide: Tidegate | undefined;
  #context: Context = {};
  #about: ReadonlyMap<string, Description> = new Map();
  /** What sticky rules serve is kept as long as the page is open. */
  #store = memoryStore();
  /** The instant to decide for; the clock's where there is none. */
  now: number | undefined;
  /** Is told of flags that are rolled back. */
  onRollback: (rollback: Rollback) => void = () => {};

  get tide(): Tidegate {
    if (this.#tide === undefined) throw new Error("no snapshot was loaded yet");
    return this.#tide;
  }

  get ready(): boolean {
    return this.#tide !== undefined;
  }

  get context(): Context {
    return this.#context;
  }

  get report(): LoadReport {
    return this.tide.loadReport;
  }

  /** Puts a snapshot in the place of the one before, unless it is refused. */
  load(bytes: Uint8Array, text: string): Complaint | undefined {
    let next: Tidegate;
    try {
      // Not `update`: whoever compares snapshots here may well go back to an older one.
      next = new Tidegate(bytes, { strict: true, store: this.#store, now: () => this.now ?? Date.now() });
    } catch (refused) {
      if (refused instanceof TidegateError) return complaintAbout(refused, text);
      throw refused;
    }
    next.on("rollback", (rollback) => this.onRollback(rollback));
    this.#tide?.dispose();
    this.#tide = next;
    this.#about = descriptions(text);
    return undefined;
  }

  /** Forgets what was stored, from the next snapshot on. */
  forget(): void {
    this.#store = memoryStore();
  }

  /** Puts a context in the place of the one before, unless it is no JSON object. */
  put(text: string): Complaint | undefined {
    let context: unknown;
    try {
      context = JSON.parse(text);
    } catch (refused) {
      const { fault } = outline(text);
      const own = refused instanceof Error ? refused.message : String(refused);
      if (fault === undefined) return { code: "INVALID_JSON", message: own, place: "" };
      return { code: "INVALID_JSON", message: fault.message, place: spot(text, fault.start), offset: fault.start };
    }
    if (!isContext(context)) {
      const message = `a context is an object: found \`${text.trim().slice(0, 24)}\``;
      return { code: "INVALID_CONTEXT", message, place: "", offset: 0 };
    }
    this.#context = context;
    return undefined;
  }

  /** Every flag's decision for the context, sorted by key. */
  decide(): Decision[] {
    const bound = this.tide.for(this.#context);
    return this.tide.keys().map((key) => bound.decide(key));
  }

  decideOne(key: string): Decision {
    return this.tide.decide(key, this.#context);
  }

  explain(key: string): Explanation {
    return this.tide.explain(key, this.#context);
  }

  /** What the snapshot says about a flag for people. */
  about(key: string): Description {
    return this.#about.get(key) ?? {};
  }
}

function isContext(value: unknown): value is Context {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function complaintAbout({ code, message, path = "", suggestion }: TidegateError, text: string): Complaint {
  const hint = suggestion === undefined ? "" : `; did you mean \`${suggestion}\`?`;
  const [, line, column] = PLACED.exec(message) ?? [];
  const offset =
    line !== undefined && column !== undefined
      ? offsetOf(text, Number(line), Number(column))
      : outline(text).places.get(path);
  const place = path === "" ? "" : path;
  if (offset === undefined) return { code, message: message + hint, place };
  const where = path === "" ? "" : `${path}, ${spot(text, offset)}`;
  return { code, message: message + hint, place: where, offset };
}

function spot(text: string, offset: number): string {
  const { line, column } = position(text, offset);
  return `line ${line}, column ${column}`;
}
