// Takes out of a module what only a panic would use. A panic ends in a trap whatever it says on the way, nobody hears
// what it says, and the facade starts the module anew; yet saying it takes formatting, tables of printable characters,
// and the place of every check in the sources. No setting of a stable compiler leaves that out.
//
// `node panics.mjs MODULE` rewrites a module that still has its functions' names. wasm-opt then drops whatever is not
// called any more.
import { readFileSync, writeFileSync } from "node:fs";
import binaryen from "binaryen";

/** The functions that panics begin with: none of them returns. */
const BEGINNINGS = [
  /^core::panicking::/,
  /^core::(option|result)::\w+_failed$/,
  /^core::(slice|str)::.*(_fail|_fail_rt|::panic_on_ord_violation)$/,
  /^core::cell::panic_\w+$/,
  /::assert_failed$/,
  /^alloc::raw_vec::(handle_error|capacity_overflow)$/,
  /^alloc::alloc::handle_alloc_error$/,
  /^__rustc::(rust_begin_unwind|rust_panic|__rust_start_panic|__rust_alloc_error_handler)$/,
];

/** What they reach, through tables too, where wasm-opt can't follow: a program that runs has no use for `Debug`. */
const TOLD = [
  /^<?std::(panicking|alloc|sys::backtrace)::/,
  / as core::fmt::Debug>::fmt$/,
  /^<char>::escape_debug_ext$/,
  /^core::unicode::(printable|unicode_data::grapheme_extend)::/,
  /^<?core::fmt::builders::/,
  /^<.* as core::any::Any>::type_id$/,
  /^<(core|std)::.* as core::fmt::(Display|LowerHex|UpperHex)>::fmt$/,
  // What runs turns numbers into text with `to_string`, which asks no formatter.
  /^<(bool|char|[iu]\w+) as core::fmt::(Display|LowerHex|UpperHex)>::fmt$/,
  // Nothing waits for a promise.
  /^<?js_sys::futures::/,
];

/** Formatting itself, for which a module may have other uses, such as a `to_string` that asks `Display`. */
const FORMATTING = [
  /^<?core::fmt::(write$|Write::|Formatter>::)/,
  /^<(&?str|&T|alloc::string::String) as core::fmt::(Display|Write)>::/,
];

/** Where in the sources the checks stand. */
const PLACES = /(?:\/rustc\/[0-9a-f]{40}\/library|\/rust\/deps|crates|tidegate|src)\/[\w./-]+?\.rs/g;

/** What uses tables that nothing else does, and no two parts of one table are further apart than this. */
const TABLES = [/^core::unicode::printable::/];
const APART = 1024;

const path = process.argv[2];
binaryen.setDebugInfo(true);
const module = binaryen.readBinary(readFileSync(path));
const functions = Array.from({ length: module.getNumFunctions() }, (_, index) => described(index)).filter(
  ({ imported }) => !imported,
);

const blank = new Set([...BEGINNINGS, ...TOLD].flatMap(named));
const formatting = FORMATTING.flatMap(named);
const calls = (one) => formatting.some(({ reached }) => one.text.includes(`call $${reached}\n`));
if (!functions.some((one) => !blank.has(one) && !formatting.includes(one) && calls(one))) {
  for (const one of formatting) blank.add(one);
}
const unused = TABLES.flatMap(named).flatMap(tablesOf);
for (const { reference } of blank) binaryen.Function.setBody(reference, module.unreachable());
writeFileSync(path, emptied(Buffer.from(module.emitBinary())));

function described(index) {
  const reference = module.getFunctionByIndex(index);
  const { name, base, body } = binaryen.getFunctionInfo(reference);
  if (base) return { imported: true };
  const text = binaryen.emitText(body);
  // As the sources have it: without what tells versions of crates and copies of generic functions apart.
  const plain = name.replace(/\[[0-9a-f]{16}\]/g, "").replace(/::h[0-9a-f]{16}$/, "");
  const addresses = [...text.matchAll(/(?:i32\.const |offset=)(\d+)/g)].map(([, number]) => Number(number));
  return { reference, name: plain, reached: /[[<> ]/.test(name) ? `"${name}"` : name, text, addresses };
}

function named(pattern) {
  return functions.filter(({ name }) => pattern.test(name));
}

/** From one address that a function has to its next is a part of a table of its own, unless another has one between. */
function tablesOf({ addresses }) {
  const others = functions.filter((one) => !blank.has(one)).flatMap((one) => one.addresses);
  const sorted = addresses.toSorted((a, b) => a - b);
  return sorted
    .map((from, at) => ({ from, to: sorted[at + 1] ?? from }))
    .filter(({ from, to }) => to - from < APART && !others.some((address) => from <= address && address < to));
}

/** The module's bytes, with zeros where nothing is read: wasm-opt leaves those out. */
function emptied(bytes) {
  for (let index = 0; index < module.getNumDataSegments(); index++) {
    const { offset, data } = module.getDataSegmentInfo(module.getDataSegmentByIndex(index));
    const segment = Buffer.from(data);
    const start = bytes.indexOf(segment);
    if (start < 0) throw new Error("a data segment is not in the module as it is in memory");
    for (const { from, to } of unused) {
      if (from >= offset && to <= offset + segment.length) bytes.fill(0, start + from - offset, start + to - offset);
    }
    for (const { 0: place, index: at } of segment.toString("latin1").matchAll(PLACES)) {
      bytes.fill(0, start + at, start + at + place.length);
    }
  }
  return bytes;
}
