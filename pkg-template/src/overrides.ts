// Variants that a developer wants to see, in place of everything that a flag would decide.

/** The overrides in a page's address: `?tidegate=key:variant`, several with commas between them or one after the other. */
export function overridesIn(search: string): [key: string, variant: string][] {
  const found: [string, string][] = [];
  for (const one of new URLSearchParams(search).getAll("tidegate").flatMap((value) => value.split(","))) {
    // Keys have colons more often than variants.
    const at = one.lastIndexOf(":");
    if (at > 0) found.push([one.slice(0, at), one.slice(at + 1)]);
  }
  return found;
}

/** The address of the page that this runs in. */
export function addressOfPage(): string {
  return (globalThis as { location?: { search?: string } }).location?.search ?? "";
}
