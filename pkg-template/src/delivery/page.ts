// What a page knows that a server doesn't: that nobody looks at it, and that the network is back.

/** Whether this is a page that nobody sees. */
export function isHidden(): boolean {
  return typeof document !== "undefined" && document.visibilityState === "hidden";
}

/** Whether there is a page, or a worker of one: a place with an HTTP cache of its own. */
export const IN_PAGE = typeof location !== "undefined";

/** Calls back until the signal ends, in places where this can happen. */
export function watchPage(signal: AbortSignal, seen: () => void, online: () => void): void {
  if (typeof document !== "undefined") document.addEventListener("visibilitychange", seen, { signal });
  if (typeof navigator !== "undefined" && "onLine" in navigator) addEventListener("online", online, { signal });
}
