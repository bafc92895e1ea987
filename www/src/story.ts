// The stories that the sample snapshot tells, one for each kind of system; examples/stories.json has them.

export interface Story {
  readonly name: string;
  /** What kind of system it is, and whose it is like. */
  readonly kind: string;
  readonly text: string;
  /** The flags that it is about, each a strip of the picture. */
  readonly flags: readonly string[];
  /** What one dot of the picture is. */
  readonly unit: "user" | "shop";
  /** The clock's range and where it begins, as dates. */
  readonly from: string;
  readonly until: string;
  readonly at: string;
  /** The alarm that its guardrail names. */
  readonly alarm?: string;
  /** The namespace that its flags set parameters of. */
  readonly namespace?: string;
  /** Whether its flags store what they serve. */
  readonly stores?: boolean;
}

/** The stories of a JSON text that is the page's own. */
export function storiesOf(json: string): readonly Story[] {
  return JSON.parse(json);
}
