import { make, pick } from "./dom.js";

/** How long the whole of a story's time takes to play, and how often it moves on, in milliseconds. */
const PLAY = 15_000;
const TICK = 100;
/** Where motion is reduced it goes from change to change instead, this far apart. */
const LEAP = 1500;
/** What the arrow keys move by. */
const STEP = 15 * 60_000;
/** More marks than this would be a line. */
const MARKS = 120;

/** What the clock asks of the page. */
export interface Hands {
  moved(now: number): void;
  /** When something changes next by time alone. */
  nextChange(now: number): number | undefined;
}

/** The instant to decide for: a slider over a stretch of time, with a mark wherever something changes. */
export class Clock {
  readonly #hands: Hands;
  readonly #slider = pick("clock", HTMLInputElement);
  readonly #words = pick("clock-words", HTMLOutputElement);
  readonly #marks = pick("clock-marks", HTMLElement);
  readonly #play = pick("play", HTMLButtonElement);
  readonly #next = pick("next-change", HTMLButtonElement);
  #from = 0;
  #until = 0;
  #now = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(hands: Hands) {
    this.#hands = hands;
    this.#slider.addEventListener("input", () => {
      this.stop();
      this.#turn(Number(this.#slider.value));
    });
    this.#play.addEventListener("click", () => (this.#timer === undefined ? this.#start() : this.stop()));
    this.#next.addEventListener("click", () => {
      this.stop();
      this.#turn(this.#nextChange() ?? this.#now);
    });
  }

  get now(): number {
    return this.#now;
  }

  /** Shows a stretch of time, all in epoch milliseconds. The page is not told: it knows. */
  set(from: number, until: number, now: number): void {
    this.stop();
    [this.#from, this.#until, this.#now] = [from, until, now];
    Object.assign(this.#slider, { min: String(from), max: String(until), step: String(STEP) });
    this.refresh();
  }

  /** Shows the same instant, where what changes by time may be something else now. */
  refresh(): void {
    const next = this.#nextChange();
    const words = inWords(this.#now);
    this.#slider.value = String(this.#now);
    this.#slider.ariaValueText = words;
    this.#words.textContent = words;
    this.#next.disabled = next === undefined;
    this.#next.textContent = next === undefined ? "Nothing changes after this" : `Next change: ${inWords(next, true)}`;
    this.#mark(next);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#play.textContent = "Play";
  }

  /** Whether anything changes in this stretch of time. */
  get changes(): boolean {
    return this.#changeAfter(this.#from) !== undefined;
  }

  #start(): void {
    if (this.#now >= this.#until) this.#turn(this.#from);
    this.#play.textContent = "Pause";
    const leaps = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const step = ((this.#until - this.#from) * TICK) / PLAY;
    this.#timer = setInterval(
      () => {
        this.#turn(leaps ? (this.#nextChange() ?? this.#until) : Math.min(this.#now + step, this.#until));
        if (this.#now >= this.#until) this.stop();
      },
      leaps ? LEAP : TICK,
    );
  }

  #turn(now: number): void {
    this.#now = Math.round(now);
    this.refresh();
    this.#hands.moved(this.#now);
  }

  #nextChange(): number | undefined {
    return this.#changeAfter(this.#now);
  }

  #changeAfter(instant: number): number | undefined {
    const next = this.#hands.nextChange(instant);
    return next !== undefined && next <= this.#until ? next : undefined;
  }

  #mark(next: number | undefined): void {
    const marks: HTMLElement[] = [];
    for (let at = this.#changeAfter(this.#from); at !== undefined && marks.length < MARKS; at = this.#changeAfter(at)) {
      const mark = make("span", at === next ? "mark next" : "mark");
      mark.style.setProperty("--at", String((at - this.#from) / (this.#until - this.#from)));
      marks.push(mark);
    }
    this.#marks.replaceChildren(...marks);
  }
}

const INSTANT = {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
} as const;
const LONG = new Intl.DateTimeFormat("en-GB", { ...INSTANT, year: "numeric" });
const SHORT = new Intl.DateTimeFormat("en-GB", INSTANT);

function inWords(instant: number, briefly = false): string {
  return briefly ? SHORT.format(instant) : `${LONG.format(instant)} UTC`;
}
