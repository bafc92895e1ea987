import type { Decision } from "tidegate";
import { count, make } from "./dom.js";
import { groupOf, spot } from "./tone.js";
import { chip, showAnswer } from "./value.js";

/** More rows than anyone reads; the filter finds the others. */
const SHOWN = 1000;
/** How long a row stays marked as changed, in milliseconds; the style sheet fades it in this time. */
export const CHANGED_FOR = 2400;

/** The list of flags: one stop for the Tab key, the arrows move in it, and what is selected is explained. */
export class FlagList {
  readonly #list: HTMLElement;
  readonly #filter: HTMLInputElement;
  readonly #empty: HTMLElement;
  readonly #selected: (key: string, byPointer: boolean) => void;
  readonly #variants: (key: string) => readonly string[];
  readonly #rows = new Map<string, HTMLElement>();
  #decisions: ReadonlyMap<string, Decision> = new Map();
  #selection = "";
  #featured: readonly string[] = [];

  constructor(
    list: HTMLElement,
    filter: HTMLInputElement,
    empty: HTMLElement,
    selected: (key: string, byPointer: boolean) => void,
    variants: (key: string) => readonly string[],
  ) {
    this.#list = list;
    this.#filter = filter;
    this.#empty = empty;
    this.#selected = selected;
    this.#variants = variants;
    filter.addEventListener("input", () => this.#lay());
    filter.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      this.#stop()?.focus();
    });
    list.addEventListener("click", ({ target }) => {
      const row = target instanceof Element ? target.closest<HTMLElement>("[role=option]") : null;
      if (row) this.#take(row, true);
    });
    list.addEventListener("keydown", (event) => this.#press(event));
  }

  get selection(): string {
    return this.#selection;
  }

  /** Puts these flags before all others. */
  feature(keys: readonly string[]): void {
    this.#featured = keys;
    this.#lay();
  }

  /** Selects a flag in the name of the page. */
  select(key: string): void {
    this.#selection = key;
    this.#settle();
  }

  /** Shows decisions, and returns the keys whose answer differs from the one before. */
  show(decisions: readonly Decision[]): string[] {
    const before = this.#decisions;
    this.#decisions = new Map(decisions.map((decision) => [decision.flag, decision]));
    const changed: string[] = [];
    for (const decision of decisions) {
      const old = before.get(decision.flag);
      if (old !== undefined && same(old, decision)) continue;
      const row = this.#rows.get(decision.flag);
      if (row) fill(row, decision, this.#variants(decision.flag));
      // That an answer is stored from now on changes nothing.
      const stored = decision.stored === true && old?.variant === decision.variant;
      if (old !== undefined && !stored) changed.push(decision.flag);
    }
    const others = before.size !== this.#decisions.size || decisions.some(({ flag }) => !before.has(flag));
    if (others) this.#rows.clear();
    if (!this.#decisions.has(this.#selection)) this.#selection = showpiece(decisions)?.flag ?? "";
    if (others || (changed.length > 0 && this.#filter.value !== "")) this.#lay();
    this.#flash(changed);
    return changed;
  }

  /** Puts the rows that pass the filter into the list. */
  #lay(): void {
    const words = this.#filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const passing = [...this.#decisions.values()].filter((decision) => {
      const text = searched(decision);
      return words.every((word) => text.includes(word));
    });
    const first = this.#featured.flatMap((key) => passing.filter(({ flag }) => flag === key));
    const ordered =
      first.length === 0 ? passing : [...first, ...passing.filter((decision) => !first.includes(decision))];
    const rows = ordered.slice(0, SHOWN).map((decision) => this.#row(decision));
    for (const row of rows) row.classList.toggle("featured", this.#featured.includes(row.dataset["key"] ?? ""));
    this.#list.replaceChildren(...rows);
    this.#list.hidden = rows.length === 0;
    this.#empty.hidden = rows.length > 0 && passing.length === rows.length;
    if (this.#decisions.size === 0) this.#empty.textContent = "This snapshot has no flags.";
    else if (rows.length === 0) this.#empty.textContent = "No flag matches the filter.";
    else this.#empty.textContent = `${count(rows.length, "flag")} of ${passing.length.toLocaleString("en")} are shown.`;
    this.#settle();
  }

  #row(decision: Decision): HTMLElement {
    const known = this.#rows.get(decision.flag);
    if (known) return known;
    const row = make("div", "row");
    row.role = "option";
    row.dataset["key"] = decision.flag;
    fill(row, decision, this.#variants(decision.flag));
    this.#rows.set(decision.flag, row);
    return row;
  }

  /** The selection's row is the list's one stop for Tab; where it is filtered out, the first row is. */
  #settle(): void {
    for (const row of this.#list.querySelectorAll<HTMLElement>("[role=option]")) {
      row.ariaSelected = String(row.dataset["key"] === this.#selection);
      row.tabIndex = -1;
    }
    const stop = this.#stop();
    if (stop) stop.tabIndex = 0;
  }

  #stop(): HTMLElement | null {
    return this.#list.querySelector<HTMLElement>("[aria-selected=true]") ?? this.#list.querySelector("[role=option]");
  }

  #take(row: HTMLElement, byPointer: boolean): void {
    this.#selection = row.dataset["key"] ?? "";
    this.#settle();
    row.focus({ preventScroll: byPointer });
    this.#selected(this.#selection, byPointer);
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...this.#list.querySelectorAll<HTMLElement>("[role=option]")];
    const at = event.target instanceof HTMLElement ? rows.indexOf(event.target) : -1;
    const moves = new Map([
      ["ArrowDown", at + 1],
      ["ArrowUp", at - 1],
      ["PageDown", at + 10],
      ["PageUp", at - 10],
      ["Home", 0],
      ["End", rows.length - 1],
      ["Enter", at],
      [" ", at],
    ]);
    const to = moves.get(event.key);
    if (to === undefined) return;
    event.preventDefault();
    const row = rows[Math.min(Math.max(to, 0), rows.length - 1)];
    if (row) this.#take(row, false);
  }

  #flash(keys: readonly string[]): void {
    const rows = keys.map((key) => this.#rows.get(key)).filter((row) => row?.isConnected);
    for (const row of rows) row?.classList.remove("changed");
    // Asking for a size makes the browser notice that the class went, so that the flash begins anew.
    this.#list.getBoundingClientRect();
    const stamp = String(performance.now());
    for (const row of rows) {
      row?.classList.add("changed");
      row?.setAttribute("data-changed", stamp);
    }
    setTimeout(() => {
      // A row that changed again meanwhile has a later stamp.
      for (const row of rows) if (row?.dataset["changed"] === stamp) row.classList.remove("changed");
    }, CHANGED_FOR);
  }
}

/** The flag that is explained before anyone has chosen one: where a hash decided there is most to see. */
function showpiece(decisions: readonly Decision[]): Decision | undefined {
  const by = (wanted: string) => decisions.find(({ reason }) => reason === wanted);
  return by("SPLIT") ?? by("TARGETING_MATCH") ?? decisions[0];
}

function same(a: Decision, b: Decision): boolean {
  return (
    a.reason === b.reason &&
    a.variant === b.variant &&
    a.rule === b.rule &&
    a.errorCode === b.errorCode &&
    (a.value === b.value || JSON.stringify(a.value) === JSON.stringify(b.value))
  );
}

function fill(row: HTMLElement, decision: Decision, variants: readonly string[]): void {
  const { flag, reason, variant, rule, stored, errorCode } = decision;
  row.replaceChildren(
    make("span", "line", make("span", "key", flag), " ", showAnswer(decision, 60)),
    make(
      "span",
      "line",
      make("span", "by", chip(reason), " ", errorCode ?? rule ?? (stored === true ? "stored" : "")),
      " ",
      make("span", "variant", variant === undefined ? undefined : spot(groupOf(decision, variants)), variant ?? ""),
    ),
  );
}

function searched({ flag, value, variant, reason, rule, errorCode }: Decision): string {
  return [flag, JSON.stringify(value), variant, reason, rule, errorCode].join("\n").toLowerCase();
}
