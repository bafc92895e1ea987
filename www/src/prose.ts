import { make } from "./dom.js";

/** A sentence, with what stands in backticks in it set apart. */
export function prose(message: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const [at, part] of message.split("`").entries()) fragment.append(at % 2 === 1 ? make("code", "", part) : part);
  return fragment;
}
