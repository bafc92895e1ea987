import type { Ending } from "./ending.js";

// What a page knows that a server doesn't: that nobody looks at it, and that the network is back.

/** Whether this is a page that nobody sees. */
export function isHidden(): boolean {
  return typeof document !== "undefined" && document.visibilityState === "hidden";
}

/** Whether there is a page, or a worker of one: a place with an HTTP cache of its own. */
export const IN_PAGE = typeof location !== "undefined";

/** Calls back until something is over, in places where this can happen. */
export function watchPage(ending: Ending, seen: () => void, online: () => void): void {
  if (typeof document !== "undefined") {
    document.addEventListener("visibilitychange", seen);
    ending.add(() => document.removeEventListener("visibilitychange", seen));
  }
  if (typeof navigator !== "undefined" && "onLine" in navigator) {
    addEventListener("online", online);
    ending.add(() => removeEventListener("online", online));
  }
}
