import type { Decision, Explanation, FlagMetadata } from "tidegate";
import { drawBucket } from "./bucket.js";
import { showCheck } from "./check.js";
import type { Description } from "./description.js";
import { count, make } from "./dom.js";
import { prose } from "./prose.js";
import { groupOf, spot } from "./tone.js";
import { chip, showAnswer, showValue } from "./value.js";
import { drawTiming } from "./when.js";

type Step = Explanation["steps"][number];

/** What each verdict is called, and what it does to the step's mark. */
const VERDICTS: ReadonlyMap<string, string> = new Map([
  ["passed", "went on"],
  ["decided", "decided"],
  ["failed", "failed"],
]);

const TITLES: ReadonlyMap<string, string> = new Map([
  ["forced", "Forced to"],
  ["enabled", "Kill switch"],
  ["rollback", "Rollback to"],
  ["prerequisite", "Prerequisite"],
  ["override", "Override to"],
  ["holdout", "Holdout"],
  ["stored", "Stored"],
  ["rule", "Rule"],
  ["default", "Default"],
  ["refused", "Refused"],
]);

/** The pane that tells how the selected flag came to its answer. */
export class Why {
  readonly #pane: HTMLElement;
  #shown = "";

  constructor(pane: HTMLElement) {
    this.#pane = pane;
    this.clear();
  }

  clear(): void {
    this.#shown = "";
    this.#pane.replaceChildren(title("Why"), make("p", "empty", "There is no flag to explain."));
  }

  show(decision: Decision, explanation: Explanation, about: Description, metadata: FlagMetadata = {}): void {
    const open = this.#shown === decision.flag && this.#pane.querySelector("details.nested")?.hasAttribute("open");
    this.#shown = decision.flag;
    const steps = make("ol", "steps", ...explanation.steps.map((step) => showStep(step, open === true)));
    this.#pane.replaceChildren(
      title(decision.flag),
      about.description === undefined ? "" : make("p", "note", about.description),
      summary(decision, about),
      make("h3", "", "How it came to this"),
      steps,
      ...facts(decision, about, metadata),
    );
  }

  /** Where the panes lie one below the other, a tap on a flag leads to its explanation. */
  bringIntoSight(): void {
    const { top, bottom } = this.#pane.getBoundingClientRect();
    const visible = Math.min(bottom, innerHeight) - Math.max(top, 0);
    if (visible < Math.min(240, bottom - top)) this.#pane.scrollIntoView({ block: "start" });
  }
}

function title(text: string): HTMLElement {
  const heading = make("h2", "", text);
  heading.id = "why-title";
  return heading;
}

function summary(decision: Decision, { variants = [] }: Description): HTMLElement {
  const { reason, variant, rule, stored, errorCode, errorMessage } = decision;
  const box = make("div", "answer", showAnswer(decision));
  const by = make("p", "by", chip(reason));
  if (errorCode !== undefined) by.append(make("code", "", errorCode));
  if (variant !== undefined) {
    by.append(make("span", "", spot(groupOf(decision, variants)), "variant ", make("code", "", variant)));
  }
  if (rule !== undefined) by.append(make("span", "", "by rule ", make("code", "", rule)));
  if (stored === true) by.append(make("span", "", "from the store"));
  if (decision.reason === "HOLDOUT" && decision.wouldBe !== undefined) {
    const { holdout = "", wouldBe } = decision;
    by.append(make("span", "", "by holdout ", make("code", "", holdout)));
    by.append(make("span", "", "it would be ", make("code", "", wouldBe.variant ?? wouldBe.errorCode)));
  }
  box.append(by);
  if (errorMessage !== undefined) box.append(make("p", "message", prose(errorMessage)));
  return box;
}

function showStep(step: Step, open: boolean): HTMLElement {
  const { checks = [], buckets = [], steps = [] } = step;
  const heading = make("p", "title", TITLES.get(step.step) ?? step.step);
  if (step.subject !== undefined) heading.append(" ", make("code", "", step.subject));
  heading.append(make("span", "verdict", VERDICTS.get(step.verdict) ?? step.verdict));
  const item = make("li", step.verdict, heading, make("p", "because", prose(step.why)));
  if (checks.length > 0) item.append(make("ul", "checks", ...checks.map(showCheck)));
  item.append(...drawTiming(step));
  for (const bucket of buckets) item.append(drawBucket(bucket));
  if (steps.length > 0) {
    const nested = make("details", "nested");
    nested.open = open;
    nested.append(
      make("summary", "", `Its own decision: ${count(steps.length, "step")}`),
      make("ol", "steps", ...steps.map((inner) => showStep(inner, open))),
    );
    item.append(nested);
  }
  return item;
}

/** What the snapshot says about the flag beside the decision. */
function facts({ revision }: Decision, about: Description, metadata: FlagMetadata): HTMLElement[] {
  const list = make("dl", "facts", fact("revision", make("span", "", revision)));
  if (about.owner !== undefined) list.append(fact("owner", make("span", "", about.owner)));
  for (const [name, value] of Object.entries(metadata)) list.append(fact(name, showValue(value)));
  return [list];
}

function fact(name: string, value: HTMLElement): HTMLElement {
  return make("div", "", make("dt", "", name), make("dd", "", value));
}
