import { checked, type SnapshotStore, type Stored } from "../stored.js";

/** What is asked of a cache of the Cache API. */
export interface ResponseCache {
  match(request: string): Promise<Response | undefined>;
  put(request: string, response: Response): Promise<void>;
}

export interface CacheStoreOptions {
  /** The cache itself, such as a worker's `caches.default`. */
  readonly cache?: ResponseCache;
  /** The name of the cache to open where none is given: `tidegate` unless given. */
  readonly name?: string;
}

const ETAG = "x-tidegate-etag";
const CONFIRMED_AT = "x-tidegate-confirmed-at";

/** Keeps the last good snapshot in a cache of the Cache API, in pages, their workers, and workers at the edge. */
export function cacheStore({ cache, name = "tidegate" }: CacheStoreOptions = {}): SnapshotStore {
  const open = async (): Promise<ResponseCache> => cache ?? (await caches.open(name));
  return {
    async get(url) {
      const response = await (await open()).match(keyOf(url));
      if (response === undefined) return undefined;
      return checked({
        bytes: new Uint8Array(await response.arrayBuffer()),
        etag: response.headers.get(ETAG),
        confirmedAt: Number(response.headers.get(CONFIRMED_AT)),
      });
    },
    async set(url, { bytes, etag, confirmedAt }: Stored) {
      const headers = new Headers({
        // Without it a worker's cache would keep nothing.
        "cache-control": "public, max-age=31536000",
        "content-type": "application/octet-stream",
        [CONFIRMED_AT]: String(confirmedAt),
      });
      // Not as `etag`: caches answer conditions by themselves.
      if (etag !== undefined) headers.set(ETAG, etag);
      await (await open()).put(keyOf(url), new Response(bytes.slice(), { headers }));
    },
  };
}

/** A name that no request of the snapshot itself has: edges share one cache with `fetch`. */
function keyOf(url: string): string {
  const key = new URL(url);
  key.hash = "";
  key.searchParams.set("tidegate-store", "1");
  return key.href;
}
