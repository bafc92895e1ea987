// Reading a property whose name is a variable is fast only while that place in the code always meets one name. So each
// attribute path that snapshots refer to gets a place of its own, a `case` below, and keeps it; the ones past the last
// share one. No code is generated at run time: a Content-Security-Policy may forbid it.

export type Properties = { readonly [name: string]: unknown };

/** The place that is shared by the paths that came too late for one of their own. */
const SHARED = 32;

const places = new Map<string, number>();

let n0 = "";
let n1 = "";
let n2 = "";
let n3 = "";
let n4 = "";
let n5 = "";
let n6 = "";
let n7 = "";
let n8 = "";
let n9 = "";
let n10 = "";
let n11 = "";
let n12 = "";
let n13 = "";
let n14 = "";
let n15 = "";
let n16 = "";
let n17 = "";
let n18 = "";
let n19 = "";
let n20 = "";
let n21 = "";
let n22 = "";
let n23 = "";
let n24 = "";
let n25 = "";
let n26 = "";
let n27 = "";
let n28 = "";
let n29 = "";
let n30 = "";
let n31 = "";

/** The place for an attribute path, the same for every snapshot. */
export function siteOf(path: string, name: string): number {
  const known = places.get(path);
  if (known !== undefined) return known;
  const site = places.size;
  // What every object inherits is no attribute, and the shared place is where that is looked at.
  if (site === SHARED || name in Object.prototype) return SHARED;
  places.set(path, site);
  assign(site, name);
  return site;
}

/** `object[name]` at a place of its own; only own properties count. `plain` tells that nothing else can be met. */
export function readAt(site: number, object: Properties, name: string, plain: boolean): unknown {
  if (!plain) return Object.hasOwn(object, name) ? object[name] : undefined;
  switch (site) {
    case 0:
      return object[n0];
    case 1:
      return object[n1];
    case 2:
      return object[n2];
    case 3:
      return object[n3];
    case 4:
      return object[n4];
    case 5:
      return object[n5];
    case 6:
      return object[n6];
    case 7:
      return object[n7];
    case 8:
      return object[n8];
    case 9:
      return object[n9];
    case 10:
      return object[n10];
    case 11:
      return object[n11];
    case 12:
      return object[n12];
    case 13:
      return object[n13];
    case 14:
      return object[n14];
    case 15:
      return object[n15];
    case 16:
      return object[n16];
    case 17:
      return object[n17];
    case 18:
      return object[n18];
    case 19:
      return object[n19];
    case 20:
      return object[n20];
    case 21:
      return object[n21];
    case 22:
      return object[n22];
    case 23:
      return object[n23];
    case 24:
      return object[n24];
    case 25:
      return object[n25];
    case 26:
      return object[n26];
    case 27:
      return object[n27];
    case 28:
      return object[n28];
    case 29:
      return object[n29];
    case 30:
      return object[n30];
    case 31:
      return object[n31];
    default:
      return Object.hasOwn(object, name) ? object[name] : undefined;
  }
}

const probe = {};

/** Whether an object has own properties alone: one with no prototype, or a literal while nobody adds to them all. */
export function isPlain(object: object): boolean {
  if (prototypeOf(object) !== Object.prototype) return Object.getPrototypeOf(object) === null;
  for (const _ in probe) return false;
  return true;
}

/** The prototype where it is easily had: asked for in this way it costs nothing in compiled code, where the shape tells. */
function prototypeOf(object: { readonly __proto__?: unknown }): unknown {
  try {
    // biome-ignore lint/suspicious/noProto: Object.getPrototypeOf is a call, 6 ns of a decision
    return object.__proto__;
  } catch {
    // A proxy that knows no such property; it is asked in the other way.
    return undefined;
  }
}

function assign(site: number, name: string): void {
  switch (site) {
    case 0:
      n0 = name;
      break;
    case 1:
      n1 = name;
      break;
    case 2:
      n2 = name;
      break;
    case 3:
      n3 = name;
      break;
    case 4:
      n4 = name;
      break;
    case 5:
      n5 = name;
      break;
    case 6:
      n6 = name;
      break;
    case 7:
      n7 = name;
      break;
    case 8:
      n8 = name;
      break;
    case 9:
      n9 = name;
      break;
    case 10:
      n10 = name;
      break;
    case 11:
      n11 = name;
      break;
    case 12:
      n12 = name;
      break;
    case 13:
      n13 = name;
      break;
    case 14:
      n14 = name;
      break;
    case 15:
      n15 = name;
      break;
    case 16:
      n16 = name;
      break;
    case 17:
      n17 = name;
      break;
    case 18:
      n18 = name;
      break;
    case 19:
      n19 = name;
      break;
    case 20:
      n20 = name;
      break;
    case 21:
      n21 = name;
      break;
    case 22:
      n22 = name;
      break;
    case 23:
      n23 = name;
      break;
    case 24:
      n24 = name;
      break;
    case 25:
      n25 = name;
      break;
    case 26:
      n26 = name;
      break;
    case 27:
      n27 = name;
      break;
    case 28:
      n28 = name;
      break;
    case 29:
      n29 = name;
      break;
    case 30:
      n30 = name;
      break;
    case 31:
      n31 = name;
      break;
  }
}
