// A Worker as a user would write one: what it reads is in KV, and kept in the cache once it was read.
import { run } from "./program.mjs";

export default {
  async fetch(request, { DATA }) {
    const read = (name) => cached(new URL(name, request.url), DATA);
    const vectors = await (await read("vectors.json")).json();
    return Response.json(await run(vectors, await read("snapshot.json")));
  },
};

async function cached(url, data) {
  const hit = await caches.default.match(url);
  if (hit !== undefined) return hit;
  const body = await data.get(url.pathname.slice(1), "stream");
  if (body === null) throw new Error(`KV has no ${url.pathname.slice(1)}`);
  const headers = { "content-type": "application/json", "cache-control": "max-age=60" };
  await caches.default.put(url, new Response(body, { headers }));
  const kept = await caches.default.match(url);
  if (kept === undefined) throw new Error(`the cache did not keep ${url}`);
  return kept;
}
