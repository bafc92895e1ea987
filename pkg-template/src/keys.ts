import type { FlagObject } from "./types.js";

// The types that turn `Tidegate<Flags>` into keys and values. `Flags` maps each key to the type of its value; where
// none are given, any string is a key and a getter answers with the whole of its type.

/** Whether keys are unknown. */
type Untyped<Flags> = string extends keyof Flags ? true : false;

/** Any key. */
export type Key<Flags> = keyof Flags & string;

/** The keys whose values are of a type. */
export type KeyOf<Flags, Type> =
  Untyped<Flags> extends true ? string : { [K in Key<Flags>]: Flags[K] extends Type ? K : never }[Key<Flags>];

/** The value under a key, as a getter of a type answers with it. */
export type ValueOf<Flags, K, Type> =
  Untyped<Flags> extends true ? Type : K extends keyof Flags ? Extract<Flags[K], Type> : never;

/** The same for the getter of objects, whose values may be interfaces of the caller's. */
export type ObjectOf<Flags, K> = Untyped<Flags> extends true ? FlagObject : K extends keyof Flags ? Flags[K] : never;
