import type { Tidegate } from "tidegate";
import { Crowd } from "./crowd.js";
import { make, pick } from "./dom.js";
import { STORIES, type Story } from "./told.js";

/** How long the whole of a story's time takes, and how often it moves on. */
const PLAY = 12_000;
const TICK = 120;

/** What the stories ask of the page. */
export interface Stage {
  readonly tide: Tidegate;
  /** A story was picked, or none. */
  picked(story: Story | undefined): void;
  /** The instant to decide for is another, or something was said of alarms. */
  moved(now: number | undefined): void;
}

/** The picker, the clock, the alarm and the picture. */
export class Stories {
  readonly #stage: Stage;
  readonly #buttons = new Map<Story, HTMLButtonElement>();
  readonly #clock = pick("clock", HTMLInputElement);
  readonly #play = pick("play", HTMLButtonElement);
  readonly #next = pick("next-change", HTMLButtonElement);
  readonly #alarm = pick("alarm", HTMLInputElement);
  readonly #crowd = new Crowd(
    pick("crowd", HTMLCanvasElement),
    pick("crowd-legend", HTMLElement),
    pick("crowd-progress", HTMLProgressElement),
  );
  #story: Story | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
    for (const story of STORIES) {
      const button = make("button", "", story.name);
      button.type = "button";
      button.ariaPressed = "false";
      button.title = story.kind;
      button.addEventListener("click", () => this.#pick(this.#story === story ? undefined : story));
      this.#buttons.set(story, button);
    }
    pick("story-names", HTMLElement).replaceChildren(...this.#buttons.values());
    this.#clock.addEventListener("input", () => {
      this.#stop();
      this.#move();
    });
    this.#play.addEventListener("click", () => (this.#timer === undefined ? this.#start() : this.#stop()));
    this.#next.addEventListener("click", () => this.#jump());
    this.#alarm.addEventListener("change", () => this.#raise());
  }

  /** Another snapshot decides. */
  refresh(): void {
    if (this.#story === undefined) return;
    this.#raise();
  }

  /** Puts the stories away: what is loaded tells none. */
  leave(): void {
    if (this.#story !== undefined) this.#pick(undefined);
  }

  #pick(story: Story | undefined): void {
    this.#stop();
    this.#story = story;
    for (const [other, button] of this.#buttons) button.ariaPressed = String(other === story);
    pick("story", HTMLElement).hidden = story === undefined;
    if (story === undefined) {
      this.#stage.picked(undefined);
      this.#stage.moved(undefined);
      return;
    }
    this.#stage.picked(story);
    pick("story-text", HTMLElement).textContent = story.text;
    pick("story-unit", HTMLElement).textContent = `10,000 ${story.unit}s, each a dot`;
    const { from, until, at, alarm } = story;
    Object.assign(this.#clock, { min: String(from), max: String(until), step: "60000", value: String(at) });
    // Where time changes nothing there is nothing to move.
    pick("clock-part", HTMLElement).hidden = from === at && alarm === undefined && !this.#isTimed(story);
    pick("alarm-choice", HTMLElement).hidden = alarm === undefined;
    pick("alarm-name", HTMLElement).textContent = alarm ?? "";
    this.#alarm.checked = false;
    this.#move();
  }

  #isTimed({ flags, at }: Story): boolean {
    return flags.some((flag) => this.#stage.tide.nextChange(flag, { now: at }) !== undefined);
  }

  /** Raises the story's alarm, or says that all is well. */
  #raise(): void {
    const { tide } = this.#stage;
    const alarm = this.#story?.alarm;
    if (alarm !== undefined) {
      tide.setAlarm(alarm, this.#alarm.checked ? "alarm" : "ok");
      if (!this.#alarm.checked) tide.resetRollbacks();
    }
    this.#move();
  }

  #move(): void {
    const story = this.#story;
    if (story === undefined) return;
    const now = Number(this.#clock.value);
    const { tide } = this.#stage;
    const words = inWords(now);
    pick("clock-words", HTMLOutputElement).textContent = words;
    this.#clock.ariaValueText = words;
    this.#stage.moved(now);
    const next = this.#nextChange(now);
    this.#next.disabled = next === undefined;
    this.#next.textContent = next === undefined ? "Nothing changes by time any more" : `Next change: ${inWords(next)}`;
    void this.#crowd.show(tide, story, now);
  }

  #nextChange(now: number): number | undefined {
    const { tide } = this.#stage;
    const changes = (this.#story?.flags ?? []).map((flag) => tide.nextChange(flag, { now }));
    const next = Math.min(...changes.map((change) => change ?? Number.POSITIVE_INFINITY));
    return next <= (this.#story?.until ?? 0) ? next : undefined;
  }

  #jump(): void {
    const next = this.#nextChange(Number(this.#clock.value));
    if (next === undefined) return;
    this.#stop();
    // The slider has minutes.
    this.#clock.value = String(Math.ceil(next / 60_000) * 60_000);
    this.#move();
  }

  #start(): void {
    const { min, max, value } = this.#clock;
    if (value === max) this.#clock.value = min;
    this.#play.textContent = "Pause";
    const step = ((Number(max) - Number(min)) * TICK) / PLAY;
    this.#timer = setInterval(() => {
      this.#clock.value = String(Number(this.#clock.value) + step);
      this.#move();
      if (Number(this.#clock.value) >= Number(max)) this.#stop();
    }, TICK);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#play.textContent = "Play";
  }
}

const WORDS = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});

function inWords(now: number): string {
  return `${WORDS.format(now)} UTC`;
}
