// The few lines that stand between this page and the document.

type Kind<T extends Element> = abstract new (...nothing: never[]) => T;

/** The element of the page with this id. */
export function pick<T extends HTMLElement>(id: string, kind: Kind<T>): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no \`${id}\` of the kind that is expected`);
  return found;
}

type Child = Node | string | undefined;

/** A new element with a class, where it has one, and what is in it. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== "") element.className = className;
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** A new element of a drawing. */
export function draw<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number>>,
  ...children: Child[]
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, String(value));
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** Acts once nothing new was asked for this long. */
export class Pause {
  readonly #milliseconds: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  before(action: () => void): void {
    this.cancel();
    this.#timer = setTimeout(action, this.#milliseconds);
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}

/** `1 flag`, `2 flags`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
