import { checked, type SnapshotStore } from "../stored.js";

/** What is asked of a Workers KV namespace. */
export interface KvNamespace {
  getWithMetadata(
    key: string,
    options: { readonly type: "arrayBuffer" },
  ): Promise<{ readonly value: ArrayBuffer | null; readonly metadata: unknown }>;
  put(key: string, value: ArrayBufferView, options: { readonly metadata: object }): Promise<void>;
}

export interface KvStoreOptions {
  /** What the keys begin with: `tidegate:` unless given. */
  readonly prefix?: string;
}

/** Keeps the last good snapshot in a KV namespace, which takes 25 MiB, and keys of 512 bytes. */
export function kvStore(namespace: KvNamespace, { prefix = "tidegate:" }: KvStoreOptions = {}): SnapshotStore {
  return {
    async get(url) {
      const { value, metadata } = await namespace.getWithMetadata(prefix + url, { type: "arrayBuffer" });
      return value === null ? undefined : checked({ ...(metadata as object | null), bytes: new Uint8Array(value) });
    },
    async set(url, { bytes, ...metadata }) {
      await namespace.put(prefix + url, bytes, { metadata });
    },
  };
}
