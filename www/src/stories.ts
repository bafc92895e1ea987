import type { Rollback, Tidegate } from "tidegate";
import { Alarm } from "./alarm.js";
import { Clock } from "./clock.js";
import { Crowd } from "./crowd.js";
import { make, pick } from "./dom.js";
import { prose } from "./prose.js";
import type { Story } from "./story.js";

/** What the stories ask of the page. */
export interface Stage {
  /** What decides. */
  readonly tide: Tidegate;
  /** The names of a flag's variants, in order. */
  variants(flag: string): readonly string[];
  /** A story was picked: its flags come first, and the page has the sample. */
  picked(story: Story): void;
  /** The instant to decide for is another; without one it is now. */
  moved(now: number | undefined): void;
  /** What was stored is to be forgotten. */
  emptied(): void;
}

/** The picker, with the clock, the alarm and the picture of the story that is told. */
export class Stories {
  readonly #stage: Stage;
  readonly #buttons = new Map<Story, HTMLButtonElement>();
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #crowd = new Crowd(pick("strips", HTMLElement), pick("crowd-progress", HTMLProgressElement));
  #story: Story | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#clock = new Clock({
      moved: (now) => {
        stage.moved(now);
        this.#alarm.repeat();
        this.#see(false);
      },
      nextChange: (now) => earliest((this.#story?.flags ?? []).map((flag) => stage.tide.nextChange(flag, { now }))),
    });
    this.#alarm = new Alarm(
      () => stage.tide,
      () => this.#again(),
    );
    pick("store-empty", HTMLButtonElement).addEventListener("click", () => stage.emptied());
  }

  /** Makes a button of every story. */
  fill(stories: readonly Story[]): void {
    for (const story of stories) {
      const button = make("button", "", story.name);
      button.type = "button";
      button.ariaPressed = "false";
      button.addEventListener("click", () => this.tell(story));
      this.#buttons.set(story, button);
    }
    pick("story-names", HTMLElement).replaceChildren(...this.#buttons.values());
  }

  get told(): Story | undefined {
    return this.#story;
  }

  tell(story: Story): void {
    this.#stage.picked(story);
    this.#alarm.set(story.alarm);
    this.#story = story;
    for (const [other, button] of this.#buttons) button.ariaPressed = String(other === story);
    pick("story", HTMLElement).hidden = false;
    pick("story-kind", HTMLElement).textContent = story.kind;
    pick("story-text", HTMLElement).replaceChildren(prose(story.text));
    pick("crowd-about", HTMLElement).textContent =
      `Ten thousand simulated ${story.unit}s, a dot each, decided here at this instant. Dots below one another are the same ${story.unit}.`;
    pick("store-box", HTMLElement).hidden = story.stores !== true;
    this.#clock.set(Date.parse(story.from), Date.parse(story.until), Date.parse(story.at));
    pick("clock-box", HTMLElement).classList.toggle("still", !this.#clock.changes);
    this.#again(true);
  }

  /** Another Tidegate decides. */
  refresh(): void {
    if (this.#story === undefined) return;
    this.#alarm.renew();
    this.#clock.refresh();
    this.#again();
  }

  /** Puts the stories away: what is loaded tells none. */
  leave(): void {
    this.#story = undefined;
    this.#clock.stop();
    this.#crowd.clear();
    for (const button of this.#buttons.values()) button.ariaPressed = "false";
    pick("story", HTMLElement).hidden = true;
    this.#stage.moved(undefined);
  }

  /** A flag was rolled back. */
  rolledBack(rollback: Rollback): void {
    this.#alarm.rolledBack(rollback);
  }

  #again(falls = false): void {
    this.#stage.moved(this.#clock.now);
    this.#see(falls);
  }

  #see(falls: boolean): void {
    const story = this.#story;
    if (story === undefined) return;
    const { tide } = this.#stage;
    const { flags, unit } = story;
    this.#crowd.show({ tide, flags, variants: this.#stage.variants, unit, now: this.#clock.now, falls });
  }
}

function earliest(instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter((instant) => instant !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
