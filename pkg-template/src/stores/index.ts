export { type CookieStore, type CookieStoreOptions, cookieStore } from "./cookie.js";
export { type LocalStorageStoreOptions, localStorageStore } from "./local-storage.js";
export { type MemoryStoreOptions, memoryStore } from "./memory.js";
export type { Store } from "./store.js";
