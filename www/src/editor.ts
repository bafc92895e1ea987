import { make } from "./dom.js";
import { position, tokens } from "./json.js";

/** Longer texts are shown without colours and line numbers: drawing them takes longer than typing does. */
const COLOURED = 60_000;

/**
 * A field for JSON. The text that one types into is transparent; behind it lies the same text, coloured and numbered,
 * which gives both their size, so that one box scrolls them together.
 */
export class Editor {
  readonly #box: HTMLElement;
  readonly #layer: HTMLPreElement;
  readonly field: HTMLTextAreaElement;
  #marked = 0;
  /** The frame that the layer is drawn anew in, where it is to be. */
  #frame = 0;

  constructor(box: HTMLElement, changed: () => void) {
    const layer = box.querySelector("pre");
    const field = box.querySelector("textarea");
    if (layer === null || field === null) throw new Error("an editor has a `pre` and a `textarea`");
    this.#box = box;
    this.#layer = layer;
    this.field = field;
    field.addEventListener("input", () => {
      this.#marked = 0;
      // A long text that is put in may come as many events, a line each.
      if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
      changed();
    });
    this.#draw();
  }

  get text(): string {
    return this.field.value;
  }

  set text(text: string) {
    if (text !== this.field.value) this.field.value = text;
    this.#marked = 0;
    this.#draw();
    this.#box.scrollTo(0, 0);
  }

  /** Marks the line at an offset as the one that is wrong; without an offset, none. */
  mark(offset?: number): void {
    if (this.#frame !== 0) this.#draw();
    this.#line(this.#marked)?.classList.remove("wrong");
    this.#marked = offset === undefined ? 0 : position(this.text, offset).line;
    this.#line(this.#marked)?.classList.add("wrong");
  }

  /** Puts the cursor at an offset, in sight. */
  reveal(offset: number): void {
    this.field.focus();
    this.field.setSelectionRange(offset, offset);
    this.mark(offset);
    this.#line(this.#marked)?.scrollIntoView({ block: "center" });
  }

  #line(number: number): Element | undefined {
    return this.#layer.children[number - 1];
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const text = this.field.value;
    const coloured = text.length <= COLOURED;
    this.#box.classList.toggle("plain", !coloured);
    if (!coloured) {
      this.#layer.replaceChildren(text, "\n");
      return;
    }
    const lines = [make("span", "line")];
    for (const { kind, start, end } of tokens(text)) {
      const [first = "", ...others] = text.slice(start, end).split("\n");
      append(lines.at(-1), kind, first);
      for (const rest of others) {
        lines.push(make("span", "line"));
        append(lines.at(-1), kind, rest);
      }
    }
    // An empty line has no height of its own.
    for (const line of lines) if (line.firstChild === null) line.append("\u200b");
    this.#layer.replaceChildren(...lines);
    this.#line(this.#marked)?.classList.add("wrong");
  }
}

function append(line: HTMLElement | undefined, kind: string, text: string): void {
  if (text === "") return;
  line?.append(kind === "space" || kind === "mark" ? text : make("span", kind, text));
}
