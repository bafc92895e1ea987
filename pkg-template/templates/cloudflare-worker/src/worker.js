// Decides at the edge: every page is served with the decisions of whoever asks for it, so that it starts with them and fetches
// nothing. No request waits for the network on account of flags: decisions are made with what the last refresh has stored.
import { Tidegate } from "tidegate";
import { connect, kvStore } from "tidegate/delivery";
import { visitorOf } from "./visitor.js";

/** How old a snapshot may be, in milliseconds, before a request has it refreshed behind its back. */
const REFRESH = 60_000;

/** One for all requests that this isolate serves. */
let connecting;

export default {
  async fetch(request, env, context) {
    const delivery = await deliveryOf(env);
    context.waitUntil(delivery.refresh({ olderThan: REFRESH }));
    if (new URL(request.url).pathname === "/flags.json") return snapshot(request, env);

    const page = await env.ASSETS.fetch(request);
    if (!/^text\/html/.test(page.headers.get("content-type") ?? "")) return page;
    const visitor = visitorOf(request);
    const decisions = delivery.tide.bootstrap({ targetingKey: visitor.id, country: request.cf?.country });
    return personal(page, decisions, visitor);
  },

  scheduled(_event, env, context) {
    context.waitUntil(deliveryOf(env).then((delivery) => delivery.refresh()));
  },
};

/** Begins with what is in KV; `interval: 0` leaves asking to `refresh`, since nothing runs between requests. */
function deliveryOf(env) {
  const options = { url: env.SNAPSHOT_URL, store: kvStore(env.SNAPSHOTS), interval: 0, events: false, timeout: 0 };
  connecting ??= connect(Tidegate, { ...options, onFailed: (error) => console.warn(error.message) });
  return connecting;
}

/** The page with the decisions at the beginning of its head, for `Tidegate.start`, and its visitor's cookie. */
function personal(page, decisions, visitor) {
  const json = JSON.stringify(decisions).replaceAll("<", "\\u003c");
  const script = `<script type="application/json" id="flags">${json}</script>`;
  const rewritten = new HTMLRewriter()
    .on("head", { element: (head) => void head.prepend(script, { html: true }) })
    .transform(page);
  const response = new Response(rewritten.body, rewritten);
  // The page is its visitor's alone now.
  response.headers.set("cache-control", "private, no-cache");
  response.headers.delete("etag");
  if (visitor.cookie !== undefined) response.headers.append("set-cookie", visitor.cookie);
  return response;
}

/** The snapshot as it was stored last, for pages that go on deciding by themselves. */
async function snapshot(request, env) {
  const stored = await kvStore(env.SNAPSHOTS).get(env.SNAPSHOT_URL);
  if (stored === undefined) return new Response("there is no snapshot yet", { status: 503 });
  const { bytes, etag } = stored;
  const headers = { "content-type": "application/json", "cache-control": "public, max-age=60", ...(etag && { etag }) };
  const known = etag !== undefined && request.headers.get("if-none-match") === etag;
  return known ? new Response(null, { status: 304, headers }) : new Response(bytes, { headers });
}
