import type { Context, Decision, Tidegate } from "tidegate";
import { count, make } from "./dom.js";
import type { Story } from "./told.js";

// Ten thousand units as dots, each in the colour of what it gets. The answers are the package's own.

const SIDE = 100;
const UNITS = SIDE * SIDE;
/** The room that a dot has, in pixels of the drawing. */
const DOT = 8;
/** How long a part of the work may take before the page has its turn. */
const SLICE = 12;
const COUNTRIES = ["US", "DE", "AU", "IN", "CA"];
const COLOURS = 6;
/** What means the same in every story. */
const SAME: ReadonlyMap<string, string> = new Map([
  ["held back", "--held"],
  ["in none", "--none"],
]);

/** What some units have in common. */
interface Group {
  readonly name: string;
  readonly colour: string;
  units: number;
}

export class Crowd {
  readonly #canvas: HTMLCanvasElement;
  readonly #legend: HTMLElement;
  readonly #progress: HTMLProgressElement;
  /** Each story's colours, in the order in which they were first needed: they stay as the clock moves. */
  readonly #colours = new Map<Story, Map<string, string>>();
  readonly #contexts = new Map<Story["unit"], Context[]>();
  #turn = 0;

  constructor(canvas: HTMLCanvasElement, legend: HTMLElement, progress: HTMLProgressElement) {
    this.#canvas = canvas;
    this.#legend = legend;
    this.#progress = progress;
    canvas.width = SIDE * DOT;
    canvas.height = SIDE * DOT;
  }

  /** Decides a story's flags for every unit at an instant, and shows what came of it; a newer call ends an older one. */
  async show(tide: Tidegate, story: Story, now: number): Promise<void> {
    const turn = ++this.#turn;
    const contexts = this.#contextsOf(story.unit);
    const groups = new Map<string, Group>();
    const colours = this.#colours.get(story) ?? new Map<string, string>();
    this.#colours.set(story, colours);
    const dots: Group[] = [];
    let pause = performance.now() + SLICE;
    for (const context of contexts) {
      dots.push(groupOf(tide, story, context, now, groups, colours));
      if (performance.now() < pause) continue;
      this.#progress.value = dots.length / UNITS;
      this.#progress.hidden = false;
      await new Promise((resume) => setTimeout(resume));
      if (turn !== this.#turn) return;
      pause = performance.now() + SLICE;
    }
    this.#progress.hidden = true;
    this.#paint(dots);
    this.#tell(story, [...groups.values()]);
  }

  #contextsOf(unit: Story["unit"]): Context[] {
    const made = this.#contexts.get(unit) ?? Array.from({ length: UNITS }, (_, number) => contextOf(unit, number));
    this.#contexts.set(unit, made);
    return made;
  }

  #paint(dots: readonly Group[]): void {
    const drawing = this.#canvas.getContext("2d");
    if (drawing === null) return;
    drawing.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    const colours = new Map<string, string>();
    for (const [at, { colour }] of dots.entries()) {
      const resolved = colours.get(colour) ?? this.#resolved(colour);
      colours.set(colour, resolved);
      drawing.fillStyle = resolved;
      drawing.fillRect((at % SIDE) * DOT + 1, Math.floor(at / SIDE) * DOT + 1, DOT - 2, DOT - 2);
    }
  }

  /** A colour of the style sheet as it is now, in light or dark: a drawing knows no variables. */
  #resolved(colour: string): string {
    this.#canvas.style.color = `var(${colour})`;
    return getComputedStyle(this.#canvas).color;
  }

  #tell(story: Story, groups: Group[]): void {
    groups.sort((a, b) => a.name.localeCompare(b.name));
    const rows = groups.map(({ name, colour, units }) => {
      const swatch = make("span", "swatch");
      swatch.style.setProperty("--colour", `var(${colour})`);
      return make(
        "li",
        "",
        swatch,
        make("span", "name", name),
        make("span", "share", `${(units / (UNITS / 100)).toFixed(1)}%`),
      ); // prettier-ignore
    });
    this.#legend.replaceChildren(...rows);
    const shares = groups.map(({ name, units }) => `${name} ${(units / (UNITS / 100)).toFixed(1)}%`).join(", ");
    this.#canvas.ariaLabel = `${count(UNITS, story.unit)}: ${shares}`;
  }
}

function contextOf(unit: Story["unit"], number: number): Context {
  const id = unit === "user" ? `u-${number}` : `s-${number}`;
  const email = number % 50 === 0 ? `${id}@shop.example` : `${id}@example.com`;
  return {
    targetingKey: id,
    user: { id: unit === "user" ? id : `u-${number}`, country: COUNTRIES[number % COUNTRIES.length], email },
    shop: { id: unit === "shop" ? id : `s-${number % 500}` },
  };
}

/** The group of what the first of a story's flags says that says something of the unit. */
function groupOf(
  tide: Tidegate,
  { flags }: Story,
  context: Context,
  now: number,
  groups: Map<string, Group>,
  colours: Map<string, string>,
): Group {
  let found: Decision | undefined;
  for (const flag of flags) {
    const decision = tide.decide(flag, context, { now, expose: false });
    if (found === undefined || (isPlain(found) && !isPlain(decision))) found = decision;
  }
  const name = found === undefined ? "nothing" : nameOf(found, flags.length > 1);
  const known = groups.get(name);
  const group = known ?? { name, colour: colourOf(name, found, colours), units: 0 };
  group.units += 1;
  groups.set(name, group);
  return group;
}

/** Whether nothing came of the flag's rules. */
function isPlain({ reason }: Decision): boolean {
  return reason === "DEFAULT" || reason === "STATIC" || reason === "PREREQUISITE_FAILED";
}

function nameOf({ flag, variant, reason, errorCode }: Decision, several: boolean): string {
  if (reason === "ERROR") return `fallback (${errorCode})`;
  if (reason === "HOLDOUT") return "held back";
  if (reason === "ROLLED_BACK") return `${variant}, rolled back`;
  if (several && (reason === "DEFAULT" || reason === "PREREQUISITE_FAILED")) return "in none";
  return several ? `${flag}: ${variant}` : variant;
}

function colourOf(name: string, decision: Decision | undefined, colours: Map<string, string>): string {
  const same = SAME.get(name);
  if (same !== undefined) return same;
  if (decision === undefined || decision.reason === "ERROR") return "--none";
  if (decision.reason === "ROLLED_BACK") return "--rolled";
  if (decision.reason === "DEFAULT") return "--none";
  const colour = colours.get(name) ?? `--dot-${colours.size % COLOURS}`;
  colours.set(name, colour);
  return colour;
}
