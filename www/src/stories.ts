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
  /** The layer that a flag's experiment is in, in words; empty where there is none. */
  about(flag: string): string;
  /** A story was picked: the sample is to be there, and the story's flags first. */
  picked(story: Story): void;
  /** The instant to decide for; without one it is now. */
  now: number | undefined;
  /** Something is otherwise: every flag decides again. */
  decide(): void;
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
        stage.now = now;
        this.#alarm.repeat();
        this.#again();
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
    this.#stage.now = Date.parse(story.at);
    this.#stage.picked(story);
    this.#alarm.set(story.alarm);
    this.#story = story;
    for (const [other, button] of this.#buttons) button.ariaPressed = String(other === story);
    pick("story", HTMLElement).hidden = false;
    pick("story-kind", HTMLElement).textContent = story.kind;
    pick("story-text", HTMLElement).replaceChildren(prose(story.text));
    const below = story.flags.length > 1 ? ` Dots straight below one another are the same ${story.unit}.` : "";
    pick("crowd-about", HTMLElement).textContent =
      `Ten thousand simulated ${story.unit}s, a dot each, decided in this browser.${below}`;
    pick("store-box", HTMLElement).hidden = story.stores !== true;
    this.#clock.set(Date.parse(story.from), Date.parse(story.until), Date.parse(story.at));
    pick("clock-box", HTMLElement).hidden = !this.#clock.changes;
    pick("clock-still", HTMLElement).hidden = this.#clock.changes;
    this.#again(true);
  }

  /** Another Tidegate decides. */
  refresh(): void {
    if (this.#story === undefined) return;
    this.#alarm.renew();
    this.#clock.refresh();
    this.#again();
  }

  /** Puts the story away: what is loaded doesn't tell it. */
  leave(): void {
    if (this.#story === undefined) return;
    this.#story = undefined;
    this.#clock.stop();
    this.#crowd.clear();
    for (const button of this.#buttons.values()) button.ariaPressed = "false";
    pick("story", HTMLElement).hidden = true;
    this.#stage.now = undefined;
  }

  /** A flag was rolled back. */
  rolledBack(rollback: Rollback): void {
    this.#alarm.rolledBack(rollback);
  }

  #again(falls = false): void {
    this.#stage.decide();
    const story = this.#story;
    if (story === undefined) return;
    const { tide, variants, about } = this.#stage;
    const { flags, unit } = story;
    this.#crowd.show({ tide, flags, variants, about, unit, now: this.#clock.now, falls });
  }
}

function earliest(instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter((instant) => instant !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
