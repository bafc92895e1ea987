export { connect } from "./connect.js";
export type { Delivery, RefreshOptions } from "./delivery.js";
export type { ConnectOptions } from "./settings.js";
export type { DeliveryEvents, DeliveryState, DeliveryStatus } from "./status.js";
export type { SnapshotStore, Stored } from "./stored.js";
export { type CacheStoreOptions, cacheStore, type ResponseCache } from "./stores/cache.js";
export { type IndexedDbStoreOptions, indexedDbStore } from "./stores/indexed-db.js";
export { type KvNamespace, type KvStoreOptions, kvStore } from "./stores/kv.js";
