// What the pages' programs take from around them: a Tidegate, a context, and functions of whoever reads.
import type { Context } from "tidegate";

declare global {
  // What an earlier block of the page has imported.
  const Tidegate: typeof import("tidegate").Tidegate;
  const localStorageStore: typeof import("tidegate/stores").localStorageStore;
  const OpenFeature: typeof import("@openfeature/server-sdk").OpenFeature;
  const TidegateProvider: typeof import("tidegate/openfeature-server").TidegateProvider;

  const tide: import("tidegate").Tidegate;
  const context: Context;
  const queue: unknown[];
  const banner: Element;
  const failed: boolean;
  const request: Request;
  const response: Response;
  const source: Uint8Array;
  function isVisible(element: Element): boolean;
  function showNewCheckout(): void;
  function render(value: string | readonly string[]): void;
  function renderCheckout(tide: import("tidegate").Tidegate<{ "new-checkout": boolean }>): void;
  const url: string;
  const text: string;
  const execution: ExecutionContext;
  const env: { SNAPSHOTS: KVNamespace; COOKIE_KEY: string };
  let delivery: import("tidegate/delivery").Delivery | undefined;

  // Of the runtimes, as much as the pages use. `cargo xtask runtimes` and `cargo xtask packaging` run programs in the real ones.
  type KVNamespace = import("tidegate/delivery").KvNamespace;
  interface ExecutionContext {
    waitUntil(promise: Promise<unknown>): void;
  }
  const Deno: { serve(handle: (request: Request) => Response | Promise<Response>): void };
  const Bun: { serve(options: { port: number; fetch(request: Request): Response | Promise<Response> }): void };
  class HTMLRewriter {
    on(
      selector: string,
      handlers: { element(element: { append(text: string, options: { html: boolean }): void }): void },
    ): this;
    transform(response: Response): Response;
  }
  namespace JSX {
    interface IntrinsicElements {
      h1: { children?: unknown };
    }
  }
}
