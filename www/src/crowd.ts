import type { Context, Tidegate } from "tidegate";
import { count, make } from "./dom.js";
import { colourOf, paintStrip, pitchOf } from "./strip.js";
import { type Group, groupOf, spot } from "./tone.js";
import { contextOf, UNITS } from "./units.js";

/** How long a part of the work may take before the page has its turn, in milliseconds. */
const SLICE = 12;
/** How long the dots take to fall into their places. */
const FALL = 900;
/** More groups of one flag than anyone has a colour for. */
const GROUPS = 64;

/** What to decide, for every unit. */
export interface Scene {
  readonly tide: Tidegate;
  readonly flags: readonly string[];
  readonly variants: (flag: string) => readonly string[];
  /** What stands beside a flag's name. */
  readonly about: (flag: string) => string;
  readonly unit: string;
  readonly now: number;
  /** Whether the dots are to be seen falling. */
  readonly falls: boolean;
}

interface Strip {
  readonly canvas: HTMLCanvasElement;
  /** The group of every unit, by its place in `groups`. */
  readonly found: Uint8Array;
  readonly groups: readonly (Group & { units: number })[];
  readonly spots: readonly HTMLElement[];
}

/**
 * Ten thousand simulated units, a strip of dots for each flag of a scene. All strips have the units in one order, sorted by
 * what they get, so that what stands below a dot is the same unit. The answers are the package's own.
 */
export class Crowd {
  readonly #box: HTMLElement;
  readonly #progress: HTMLProgressElement;
  #contexts: readonly Context[] = [];
  #strips: readonly Strip[] = [];
  #order = new Uint16Array(UNITS);
  #wanted: Scene | undefined;
  #busy = false;
  #falling = 0;
  /** Counts snapshots: what is being decided with one that was put away is given up. */
  #turn = 0;
  #tide: Tidegate | undefined;

  constructor(box: HTMLElement, progress: HTMLProgressElement) {
    this.#box = box;
    this.#progress = progress;
    new ResizeObserver(() => this.#paint()).observe(box);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#paint());
  }

  /** Shows a scene. While one is being decided only the newest of those that come in waits, and it is next. */
  show(scene: Scene): void {
    const falls = scene.falls || this.#wanted?.falls === true;
    this.#wanted = { ...scene, falls };
    if (scene.tide !== this.#tide) this.#turn += 1;
    this.#tide = scene.tide;
    if (!this.#busy) void this.#work();
  }

  clear(): void {
    this.#turn += 1;
    this.#wanted = undefined;
    this.#strips = [];
    this.#box.replaceChildren();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let scene = this.#wanted; scene !== undefined; scene = this.#wanted) {
      this.#wanted = undefined;
      await this.#decide(scene);
    }
    this.#progress.hidden = true;
    this.#busy = false;
  }

  async #decide({ tide, flags, variants, about, unit, now, falls }: Scene): Promise<void> {
    if (this.#contexts.length === 0) this.#contexts = Array.from({ length: UNITS }, (_, number) => contextOf(number));
    const sorters = flags.map((flag) => new Sorter(tide, flag, variants(flag), now));
    const turn = this.#turn;
    let pause = performance.now() + SLICE;
    for (const [number, context] of this.#contexts.entries()) {
      for (const sorter of sorters) sorter.take(number, context);
      if (performance.now() < pause) continue;
      this.#progress.value = number / UNITS;
      this.#progress.hidden = false;
      await new Promise((resume) => setTimeout(resume));
      if (turn !== this.#turn) return;
      pause = performance.now() + SLICE;
    }
    this.#progress.hidden = true;
    this.#order = orderOf(sorters);
    this.#lay(sorters, unit, about);
    this.#fall(falls && !matchMedia("(prefers-reduced-motion: reduce)").matches);
  }

  /** A strip and its legend for each flag; the canvases stay, so that nothing flickers. */
  #lay(sorters: readonly Sorter[], unit: string, about: Scene["about"]): void {
    const figures = sorters.map((sorter, at) => {
      const { flag, found } = sorter;
      const groups = [...sorter.groups].sort((a, b) => a.rank - b.rank);
      const spots = groups.map(spot);
      const legend = make(
        "ul",
        "legend",
        ...groups.map(({ name, units }, place) =>
          make("li", "", spots[place], make("span", "name", name), " ", make("span", "share", share(units))),
        ),
      );
      const canvas = this.#strips[at]?.canvas ?? make("canvas", "");
      canvas.role = "img";
      canvas.ariaLabel = `${flag} for ${count(UNITS, unit)}: ${groups.map(({ name, units }) => `${name} ${share(units)}`).join(", ")}`;
      const figure = make(
        "figure",
        "strip",
        make("figcaption", "", make("code", "", flag), " ", make("span", "note", about(flag))),
        canvas,
        legend,
      );
      figure.dataset["flag"] = flag;
      const strip = {
        canvas,
        found,
        groups: sorter.groups,
        spots: sorter.groups.map((group) => spots[groups.indexOf(group)] ?? canvas),
      };
      return { figure, strip };
    });
    this.#strips = figures.map(({ strip }) => strip);
    this.#box.replaceChildren(...figures.map(({ figure }) => figure));
  }

  #fall(moves: boolean): void {
    cancelAnimationFrame(this.#falling);
    this.#paint(moves ? 0 : 1);
    if (!moves) return;
    const start = performance.now();
    const step = (): void => {
      const fallen = (performance.now() - start) / FALL;
      this.#paint(fallen);
      if (fallen < 1) this.#falling = requestAnimationFrame(step);
    };
    this.#falling = requestAnimationFrame(step);
  }

  #paint(fallen = 1): void {
    const colours = new Uint32Array(UNITS);
    const width = this.#box.clientWidth;
    const size = { width, pitch: pitchOf(width, this.#strips.length) };
    for (const { canvas, found, spots } of this.#strips) {
      const palette = spots.map(colourOf);
      for (let at = 0; at < UNITS; at++) colours[at] = palette[found[this.#order[at] ?? 0] ?? 0] ?? 0;
      paintStrip(canvas, colours, size, fallen);
    }
  }
}

/** Sorts units into the groups of one flag. */
class Sorter {
  readonly flag: string;
  readonly found = new Uint8Array(UNITS);
  readonly groups: (Group & { units: number })[] = [];
  readonly #tide: Tidegate;
  readonly #variants: readonly string[];
  readonly #options: { readonly now: number; readonly expose: false };
  readonly #places = new Map<string, number>();

  constructor(tide: Tidegate, flag: string, variants: readonly string[], now: number) {
    this.flag = flag;
    this.#tide = tide;
    this.#variants = variants;
    this.#options = { now, expose: false };
  }

  take(number: number, context: Context): void {
    const group = groupOf(this.#tide.decide(this.flag, context, this.#options), this.#variants);
    const place = this.#places.get(group.name) ?? this.#open(group);
    this.found[number] = place;
    const known = this.groups[place];
    if (known) known.units += 1;
  }

  #open(group: Group): number {
    const place = Math.min(this.groups.length, GROUPS - 1);
    if (place === this.groups.length) this.groups.push({ ...group, units: 0 });
    this.#places.set(group.name, place);
    return place;
  }
}

/** The units by their groups, those of the first flag first; within a group as they are numbered. */
function orderOf(sorters: readonly Sorter[]): Uint16Array<ArrayBuffer> {
  const keys = new Float64Array(UNITS);
  for (const { groups, found } of sorters) {
    const ranked = [...groups].sort((a, b) => a.rank - b.rank);
    const places = groups.map((group) => ranked.indexOf(group));
    for (let unit = 0; unit < UNITS; unit++) keys[unit] = (keys[unit] ?? 0) * GROUPS + (places[found[unit] ?? 0] ?? 0);
  }
  for (let unit = 0; unit < UNITS; unit++) keys[unit] = (keys[unit] ?? 0) * UNITS + unit;
  keys.sort();
  return Uint16Array.from(keys, (key) => key % UNITS);
}

/** Every unit is a hundredth of a percent. */
function share(units: number): string {
  return `${((units * 100) / UNITS).toFixed(2)}%`;
}
