// The end of a page. Only `visibilitychange` is heard on phones, where most pages end, and only `pagehide` where a visible page is left
// in some browsers; both come more often than once.

/** Calls back whenever the page may be about to end. Returns what ends that. Elsewhere than in a page it does nothing. */
export function onPageEnd(listener: () => void): () => void {
  if (!isPage()) return () => {};
  const hidden = () => {
    if (document.visibilityState === "hidden") listener();
  };
  document.addEventListener("visibilitychange", hidden);
  addEventListener("pagehide", listener);
  return () => {
    document.removeEventListener("visibilitychange", hidden);
    removeEventListener("pagehide", listener);
  };
}

export function isPage(): boolean {
  return typeof document !== "undefined" && typeof addEventListener === "function";
}
