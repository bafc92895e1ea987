import { freeze, NO_TRAFFIC, type Traffic } from "./flag.js";
import { type KnownSteps, planOf, type Step, shared } from "./reader.js";
import { areFew, withSymbol } from "./symbols.js";
import type { FlagMetadata, FlagValue } from "./types.js";

// What the module says of a flag: four texts, of which the last three are often those of other flags, too. What is in one of
// those is read once and kept once, which saves memory, and a processor's cache finds it again.

/** What is the flag's own. */
interface Own {
  /** The outcome of a flag that never needs the context, else -1. */
  readonly constant: number;
  /** Whether the decision depends on the instant; absent where it doesn't. */
  readonly timed?: boolean;
  /** Absent for a flag that was refused. */
  readonly metadata?: FlagMetadata;
}

/** What it can answer. */
interface Form {
  /** 0 boolean, 1 string, 2 number, 3 object. */
  readonly type: number;
  readonly variants: readonly string[];
  readonly values: readonly FlagValue[];
  readonly rules: readonly string[];
}

/** What of a context it reads. */
interface Reading {
  readonly slots: readonly number[];
  readonly steps: readonly Step[];
  /** Slot, text and number of the strings that attributes are compared with for equality. */
  readonly symbols: readonly (readonly [number, string, number])[];
}

/** How the module tells what of a context a flag reads. */
interface ReadingInfo extends Pick<Reading, "symbols"> {
  /** Slot and path of every attribute that it can read, through segments and prerequisites. */
  readonly reads: readonly (readonly [number, string])[];
  /** The slots whose strings' bytes are needed nearly always, and those where they may be. */
  readonly texts: readonly number[];
  readonly perhaps: readonly number[];
}

/** All that is kept of one flag. */
export interface Description {
  readonly own: Own;
  readonly form: Form;
  readonly reading: Reading;
  readonly traffic: Traffic;
}

const NO_FORM: Form = Object.freeze({ type: -1, variants: [], values: [], rules: [] });
const NO_READING: Reading = Object.freeze({ slots: [], steps: [], symbols: [] });

/** Stands between the texts. */
const SEPARATOR = "\u001f";

/** Reads descriptions, and keeps what several have in common. */
export class Descriptions {
  readonly #forms = new Kept<Form>((text) => formOf(JSON.parse(text)));
  readonly #readings = new Kept<Reading>((text) => readingOf(JSON.parse(text), this.#known));
  readonly #traffics = new Kept<Traffic>((text) => freeze({ ...NO_TRAFFIC, ...JSON.parse(text) }));
  /** The steps of all flags: most read the same attributes, and compare them with the same strings. */
  readonly #known: KnownSteps = new Map();

  read(text: string): Description {
    const [own = "", form, reading, traffic] = text.split(SEPARATOR);
    return {
      own: JSON.parse(own),
      form: form === undefined ? NO_FORM : this.#forms.of(form),
      reading: reading === undefined ? NO_READING : this.#readings.of(reading),
      traffic: traffic === undefined ? NO_TRAFFIC : this.#traffics.of(traffic),
    };
  }
}

/** So many of a kind are kept by their text: where they are more, they are each their flag's own. */
const MOST = 256;

/** What texts were read as. */
class Kept<T> {
  readonly #read: (text: string) => T;
  readonly #kept = new Map<string, T>();

  constructor(read: (text: string) => T) {
    this.#read = read;
  }

  of(text: string): T {
    const known = this.#kept.get(text);
    if (known !== undefined) return known;
    const read = this.#read(text);
    if (this.#kept.size < MOST) this.#kept.set(text, read);
    return read;
  }
}

/** Its lists aren't frozen, only what is in them: V8 compiles no access to frozen lists. */
function formOf(form: Form): Form {
  form.values.forEach(freeze);
  return form;
}

function readingOf({ reads, symbols, texts, perhaps }: ReadingInfo, known: KnownSteps): Reading {
  const planned = planOf(reads, texts, perhaps);
  for (const [slot, symbol, number] of symbols) {
    const step = planned.find((step) => step.slot === slot);
    if (step === undefined || step.names.includes(symbol)) continue;
    step.names.push(symbol);
    step.numbers.push(number);
    step.symbols = withSymbol(step.symbols, symbol, number);
  }
  for (const step of planned) if (areFew(step.names)) step.symbols = undefined;
  return { slots: reads.map(([slot]) => slot), steps: planned.map((step) => shared(step, known)), symbols };
}
