import { make } from "./dom.js";

export interface Preset {
  readonly name: string;
  readonly text: string;
}

/** The sample contexts, one of them pressed until it is edited. */
export class Presets {
  readonly #box: HTMLElement;
  readonly #taken: (preset: Preset) => void;
  readonly #buttons = new Map<Preset, HTMLButtonElement>();

  constructor(box: HTMLElement, taken: (preset: Preset) => void) {
    this.#box = box;
    this.#taken = taken;
  }

  /** Makes a button of every named context in a JSON text. */
  fill(json: string): Preset[] {
    const contexts = Object.entries(JSON.parse(json));
    for (const [name, context] of contexts) {
      const preset = { name, text: JSON.stringify(context, undefined, 2) };
      const button = make("button", "", shortened(name));
      button.type = "button";
      button.title = name;
      button.addEventListener("click", () => {
        this.press(preset);
        this.#taken(preset);
      });
      this.#buttons.set(preset, button);
    }
    this.#box.replaceChildren(...this.#buttons.values());
    this.edited();
    return [...this.#buttons.keys()];
  }

  press(preset: Preset): void {
    for (const [other, button] of this.#buttons) button.ariaPressed = String(other === preset);
  }

  /** None of them is what stands in the editor any more. */
  edited(): void {
    for (const button of this.#buttons.values()) button.ariaPressed = "false";
  }
}

/** "Ada, staff, on a paying shop" is Ada. */
function shortened(name: string): string {
  return /^[^,]{1,12}(?=[, ]|$)/.exec(name)?.[0] ?? name;
}
