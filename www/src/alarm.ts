import type { Rollback, Tidegate } from "tidegate";
import { make, pick } from "./dom.js";

/** The switch of a story's alarm, and the way back from the rollback that it brings. */
export class Alarm {
  readonly #box = pick("alarm-box", HTMLElement);
  readonly #switch = pick("alarm", HTMLInputElement);
  readonly #reset = pick("alarm-reset", HTMLButtonElement);
  readonly #note = pick("alarm-note", HTMLElement);
  readonly #tide: () => Tidegate;
  #name = "";
  /** What was rolled back and not taken back since. */
  #rollback: Rollback | undefined;

  constructor(tide: () => Tidegate, changed: () => void) {
    this.#tide = tide;
    this.#switch.addEventListener("change", () => {
      this.repeat();
      changed();
    });
    this.#reset.addEventListener("click", () => {
      this.#takeBack();
      this.#show();
      changed();
      this.#switch.focus();
    });
  }

  /** Shows the switch of an alarm, or none. What the one before brought is taken back. */
  set(name = ""): void {
    if (this.#name !== "") this.#tide().setAlarm(this.#name, "ok");
    this.#takeBack();
    this.#name = name;
    this.#switch.checked = false;
    this.#box.hidden = name === "";
    pick("alarm-name", HTMLElement).textContent = name;
    this.#show();
  }

  /** Says again whether the alarm is up: the switch was moved, or the clock, which guardrails count by. */
  repeat(): void {
    if (this.#name === "") return;
    this.#tide().setAlarm(this.#name, this.#switch.checked ? "alarm" : "ok");
    this.#show();
  }

  /** Another Tidegate decides: it begins without rollbacks, and hears of the alarm. */
  renew(): void {
    if (this.#name === "") return;
    this.#takeBack();
    this.repeat();
  }

  rolledBack(rollback: Rollback): void {
    this.#rollback = rollback;
    this.#show();
  }

  #takeBack(): void {
    this.#rollback = undefined;
    this.#tide().resetRollbacks();
  }

  #show(): void {
    const up = this.#switch.checked;
    const rollback = this.#rollback;
    this.#reset.hidden = up || rollback === undefined;
    this.#box.classList.toggle("up", up);
    if (rollback === undefined) {
      this.#note.replaceChildren(up ? "Nothing rises at this hour, so nothing is rolled back." : "All is well.");
      return;
    }
    const { flag, rule = "", rollbackTo } = rollback;
    const what = [
      make("code", "", flag),
      ", rule ",
      make("code", "", rule),
      ", is rolled back to ",
      make("code", "", rollbackTo),
    ];
    this.#note.replaceChildren(...what, up ? "." : ", though the alarm is over.");
  }
}
