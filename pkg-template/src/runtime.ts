import { sentence, TidegateError } from "./error.js";
import { start, started } from "./instance.js";
import type { ModuleSource } from "./types.js";

// How the module is obtained differs from runtime to runtime; the entry that is imported says how, and nothing is
// obtained before it is asked for.

/** What an entry knows about the runtime it is for. */
export interface Runtime {
  /** Obtains the compiled module. */
  module(): Promise<WebAssembly.Module>;
  /** Reads a `file:` URL, where there are files. */
  readFile?(url: URL): Promise<Uint8Array<ArrayBuffer>>;
  /** The URL that relative ones are resolved against, where there is no page to say so. */
  base?(): string;
}

export let runtime: Runtime | undefined;

/** Tells how this runtime obtains the module. */
export function provide(given: Runtime): void {
  runtime = given;
}

let starting: Promise<void> | undefined;

/** Obtains and instantiates the module, once; after a failure the next call tries again. */
export function init(source?: ModuleSource): Promise<void> {
  if (started()) return Promise.resolve();
  starting ??= obtain(source).then(start).catch(explainFailure);
  const pending = starting;
  return pending.catch((failure: unknown) => {
    if (starting === pending) starting = undefined;
    throw failure;
  });
}

async function obtain(source?: ModuleSource): Promise<WebAssembly.Module> {
  if (typeof WebAssembly === "undefined") {
    throw new TidegateError(
      "WASM_UNAVAILABLE",
      "this runtime has no WebAssembly (a browser in lockdown mode has none): answer with fallbacks, or with `Tidegate.fixed({…})`",
    );
  }
  const given: unknown = await source;
  if (given === undefined) {
    if (runtime === undefined) {
      throw new TidegateError(
        "NOT_INITIALISED",
        `this entry brings no module: compile \`tidegate/${MODULE_FILE}\` and await \`Tidegate.init(module)\` first`,
      );
    }
    return runtime.module();
  }
  if (isModule(given)) return given as WebAssembly.Module;
  if (isBytes(given)) return compile(given, "the bytes given to `Tidegate.init`");
  if (given instanceof URL) return fetchModule(given);
  if (typeof Response !== "undefined" && given instanceof Response) return moduleOf(given, given.url);
  throw new TidegateError(
    "INVALID_ARGUMENT",
    "`Tidegate.init` takes a WebAssembly.Module, its bytes, a URL or a Response",
  );
}

/**
 * Where the module is that lies beside an entry. Vite's development server bundles what a project depends on into
 * `node_modules/.vite`, and leaves behind the files that lay beside it: those are served from the package's own folder.
 */
export function beside(url: URL): URL {
  const [before, moved] = url.href.split("/node_modules/.vite/");
  // Others' URLs are left as they are: Turbopack's has no origin, and is none that can be read again.
  if (moved === undefined) return url;
  return new URL(`${before}/node_modules/tidegate/dist/${SLIM ? "slim/" : ""}${MODULE_FILE}`);
}

/**
 * The same where files are read. In Next.js, webpack moves the module to where pages find it, and the server doesn't: there it
 * is read from beside the entry that was bundled.
 */
export function fileBeside(url: URL, entry: string): URL {
  return url.protocol === "file:" ? url : new URL(MODULE_FILE, entry);
}

/** Fetches and compiles the module. */
export async function fetchModule(url: URL): Promise<WebAssembly.Module> {
  if (url.protocol === "file:" && runtime?.readFile) return compile(await runtime.readFile(url), `\`${url.href}\``);
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new TidegateError("FETCH_FAILED", `\`${url.href}\` could not be fetched: ${sentence(cause)}`, { cause });
  }
  return moduleOf(response, url.href);
}

async function moduleOf(response: Response, url: string): Promise<WebAssembly.Module> {
  if (!response.ok) {
    throw new TidegateError(
      "FETCH_FAILED",
      `\`${url}\` answered with status ${response.status}: serve the module ${MODULE_FILE} there, or pass it to \`Tidegate.init\``,
    );
  }
  const type = response.headers.get("content-type") ?? "";
  // Streaming takes the bare type alone: a parameter, `charset` say, is as wrong as another type.
  const isWasm = /^application\/wasm$/i.test(type.trim());
  if (isWasm && typeof WebAssembly.compileStreaming === "function") return WebAssembly.compileStreaming(response);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const module = await compile(bytes, `\`${url}\``);
  if (!isWasm) {
    console.warn(
      `tidegate: ${url} is served as "${type}"; serve it as "application/wasm", so that it is compiled while it arrives`,
    );
  }
  return module;
}

/** Compiles bytes, and says so when they are a page: servers answer with one where a file is missing. */
export function compile(bytes: BufferSource, from: string): Promise<WebAssembly.Module> {
  if (startsAsHtml(bytes)) {
    throw new TidegateError(
      "WASM_UNAVAILABLE",
      `${from} is an HTML page where the module ${MODULE_FILE} was expected: serve that file there, or pass the module to \`Tidegate.init\``,
    );
  }
  // Not called by its full name, which webpack in Next.js refuses in code for the edge: there the module is imported, and
  // only bytes that somebody gives to `Tidegate.init` would come here.
  const { compile: compileBytes } = WebAssembly;
  return compileBytes(bytes);
}

function startsAsHtml(source: BufferSource): boolean {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  return bytes.find((byte) => byte > 0x20) === 0x3c;
}

/** By its brand, so that a module of another realm is known too. */
function isModule(given: unknown): boolean {
  return Object.prototype.toString.call(given) === "[object WebAssembly.Module]";
}

function isBytes(given: unknown): given is BufferSource {
  return ArrayBuffer.isView(given) || Object.prototype.toString.call(given) === "[object ArrayBuffer]";
}

function explainFailure(cause: unknown): never {
  if (cause instanceof TidegateError) throw cause;
  const message = sentence(cause);
  const advice = /content security policy|unsafe-eval/i.test(message)
    ? "allow 'wasm-unsafe-eval' in the page's `script-src`"
    : /disallowed by embedder|code generation/i.test(message)
      ? "this runtime compiles no bytes: import the module and pass it to `Tidegate.init(module)`"
      : "pass the module of this package to `Tidegate.init(module)`";
  throw new TidegateError("WASM_UNAVAILABLE", `the module could not be started; ${advice} (${message})`, { cause });
}
