import type { Explanation } from "tidegate";
import { make } from "./dom.js";

type Check = NonNullable<Explanation["steps"][number]["checks"]>[number];

/** One test of a condition: what was asked, what was found, and whether it holds. */
export function showCheck(check: Check): HTMLElement {
  const { segment, attribute, operator, value, ignoreCase, found, holds, why, checks = [] } = check;
  const asked = make("span", "asked");
  const around = surroundings(check.place);
  if (around !== "") asked.append(make("span", "around", around), " ");
  if (segment !== undefined) asked.append("in segment ", make("code", "", segment));
  if (attribute !== undefined) {
    asked.append(make("code", "", attribute), " ", make("b", "", operator ?? ""), " ", make("code", "", json(value)));
  }
  if (ignoreCase) asked.append(make("span", "around", " in any case"));
  const item = make("li", holds ? "holds" : "fails", make("span", "sign", holds ? "holds" : "does not hold"), asked);
  if (attribute !== undefined) {
    item.append(
      make("span", "found", ...(found === undefined ? ["missing"] : ["found ", make("code", "", json(found))])),
    );
  }
  if (why !== undefined) item.append(make("span", "found", why));
  if (checks.length > 0) item.append(make("ul", "checks", ...checks.map(showCheck)));
  return item;
}

/** The groups that a test stands in, out of the place it is written at. */
function surroundings(place: string): string {
  return place
    .split("/")
    .filter((part) => part === "all" || part === "any" || part === "not")
    .join(" › ");
}

function json(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}
