import type { Explanation } from "tidegate";
import { make } from "./dom.js";

type Bucket = NonNullable<Explanation["steps"][number]["buckets"]>[number];

/** What is asked of where a unit fell. */
const QUESTIONS: { readonly [P in Bucket["purpose"]]: string } = {
  layer: "Is it in the experiment? ",
  holdout: "Is it held back? ",
  ramp: "Is it in? ",
  split: "Which variant? ",
  slot: "Which variant? ",
};

const TOTAL = 1_000_000;
/** Closer than this, in percent of the bar, two labels would touch. */
const APART = 14;

/** Where a unit fell, on a bar of all buckets with the range that it was held against. */
export function drawBucket({ purpose, unit, key, bucket, from, until, inside, variant }: Bucket): HTMLElement {
  const range = make("span", "range");
  place(range, "--from", from);
  place(range, "--until", until);
  const pin = make("span", "pin");
  place(pin, "--at", bucket);
  const label = make("span", "label", bucket.toLocaleString("en"));
  place(label, "--at", bucket);
  const bar = make("div", `bar ${inside ? "inside" : "outside"}`, label, make("div", "track", range, pin));
  bar.append(make("div", "cuts", ...cuts(from, until)));
  bar.ariaHidden = "true";
  const where = `${from.toLocaleString("en")} to ${(until - 1).toLocaleString("en")}`;
  const figure = make("figure", "bucket", bar);
  figure.append(
    make(
      "figcaption",
      "",
      QUESTIONS[purpose],
      ...(purpose === "slot" ? ["The slot of time"] : ["Unit ", make("code", "", unit.join(", "))]),
      ", hashed as ",
      make("code", "", key.replaceAll("\u001f", "␟")),
      `, is in bucket ${bucket.toLocaleString("en")} of a million: ${inside ? "within" : "outside"} ${where}`,
      ...(variant === undefined ? ["."] : [", which is ", make("code", "", variant), "."]),
    ),
  );
  return figure;
}

function cuts(from: number, until: number): HTMLElement[] {
  const inner = [from, until].filter((cut) => cut > 0 && cut < TOTAL);
  const [first = 0, second = TOTAL] = inner;
  const shown = inner.length === 2 && percent(second) - percent(first) < APART ? [second] : inner;
  return shown.map((cut) => {
    const label = make("span", "cut", `${Number(percent(cut).toFixed(4))}%`);
    place(label, "--at", cut);
    return label;
  });
}

function percent(bucket: number): number {
  return (bucket * 100) / TOTAL;
}

/** Set through the object model, which a strict policy allows where a `style` attribute is not. */
function place(element: HTMLElement, name: string, bucket: number): void {
  element.style.setProperty(name, `${percent(bucket)}%`);
}
