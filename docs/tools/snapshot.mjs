// The snapshot reference, made of the JSON Schema: every field with its type, its default and what it means.

// biome-ignore format: by what it belongs to
const ORDER = [
  "Flag", "Rule", "Serve", "Arm", "Ramp", "Stage", "Windows", "Window", "Repeat", "Guardrail", "AlarmGuardrail", "OutcomeGuardrail",
  "Prerequisite", "Override", "Segment", "Condition", "Layer", "Range", "Within", "Holdout",
  "Unit", "Path", "Name", "Id", "Salt", "Percent", "Minutes", "Moment", "Expiry", "Scalar", "SemanticVersion", "Networks", "Network", "Day", "Alarm",
];

/** How a definition is called on the page, where that isn't its own name. */
const CALLED = {
  AlarmGuardrail: "Guardrail by an alarm",
  OutcomeGuardrail: "Guardrail by an outcome",
  Arms: "Arms",
  Moment: "Date",
  Expiry: "Expiry date",
  SemanticVersion: "Version",
  Within: "Within a layer",
};

/** The page. */
export function snapshotPage(schema) {
  const missing = Object.keys(schema.$defs).filter((name) => !isPlain(name) && !ORDER.includes(name));
  if (missing.length > 0) throw new Error(`tools/snapshot.mjs has no place for ${missing.join(", ")}`);
  const parts = [
    "# Snapshot reference",
    "Every field of a snapshot, from the [JSON Schema](/EDITORS) that the package ships. What they mean for a decision, step by step, is in [How Tidegate decides](/SPEC).",
    section("Snapshot", schema, schema.description),
    ...ORDER.map((name) => section(called(name), schema.$defs[name], schema.$defs[name].$comment)),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Those that need no section: what they are is said where they stand. */
function isPlain(name) {
  return ["Arms", "Structure", "Json", "Key"].includes(name);
}

function called(name) {
  return CALLED[name] ?? name;
}

function section(title, part, about) {
  const examples = (part.examples ?? []).filter((example) => typeof example === "object");
  return [
    `## ${title}`,
    `${about}.`,
    ...body(part),
    ...examples.map((example) => `\`\`\`json ${title}\n${written(example)}\n\`\`\``),
  ].join("\n\n");
}

/** What stands below a heading. */
function body(part) {
  const choice = part.oneOf ?? part.anyOf;
  const own = part.properties ? [table(part)] : [];
  if (choice === undefined || (part.properties && !part.oneOf)) return own.length > 0 ? own : [plainly(part)];
  const forms = choice.flatMap(flat);
  const objects = forms.filter((form) => form.properties);
  if (objects.length === 0) return [plainly(part)];
  if (objects.length > 12) return operators(objects);
  const tag = tagOf(objects);
  const plain = forms.filter((form) => !form.properties).map(typeOf);
  const also = plain.length > 0 ? [`A ${plain.join(" or ")}, or an object:`] : [];
  return [...own, ...also, ...objects.flatMap((form) => [heading(form, tag), table(form, tag), ...within(form)])];
}

/** The forms of a form that is nothing but a choice itself. */
function flat(form) {
  return form.properties ? [form] : ((form.oneOf ?? form.anyOf)?.flatMap(flat) ?? [form]);
}

/** A form that has those of a condition written into it. */
function within(form) {
  return form.oneOf === undefined
    ? []
    : ["and the fields of one [condition](#condition), written straight into the object."];
}

/** The field whose constant tells the forms apart. */
function tagOf(forms) {
  return Object.keys(forms[0].properties).find((name) =>
    forms.every((form) => form.properties[name]?.const !== undefined),
  );
}

function heading(form, tag) {
  const told = tag === undefined ? "" : `\`"${tag}": ${JSON.stringify(form.properties[tag].const)}\`: `;
  return `**${told}${form.description}**`;
}

/** Conditions: the forms that aren't tests, then the operators. */
function operators(forms) {
  const tests = forms.filter((form) => form.properties.op);
  const others = forms.filter((form) => !tests.includes(form));
  const rows = tests.map(({ properties: { op, value, ignoreCase }, description }) => {
    const folds = ignoreCase ? "yes" : "";
    return `| \`${op.const}\` | ${typeOf(value)} | ${folds} | ${cell(description)} |`;
  });
  return [
    ...others.flatMap((form) => [heading(form), table(form)]),
    "**A test on an attribute**: `attr`, the [path](#path) that is looked at, `op` and `value`, all required, and with some operators `ignoreCase`, whether A to Z and a to z are the same.",
    ["| `op` | `value` | `ignoreCase` | holds when |", "|---|---|---|---|", ...rows].join("\n"),
  ];
}

/** The fields of an object, those that are required first; the one that its heading has is left out. */
function table({ properties, required = [] }, tag) {
  const all = Object.keys(properties).filter((name) => name !== tag);
  const names = all.sort((a, b) => rank(a) - rank(b));
  function rank(name) {
    const at = required.indexOf(name);
    return at === -1 ? required.length : at;
  }
  const rows = names.map((name) => {
    const field = properties[name];
    const standard = required.includes(name)
      ? "required"
      : field.default === undefined
        ? ""
        : `\`${JSON.stringify(field.default)}\``;
    return `| \`${name}\` | ${typeOf(field)} | ${standard} | ${cell(field.description ?? "")} |`;
  });
  return ["| field | type | default | meaning |", "|---|---|---|---|", ...rows].join("\n");
}

/** A definition that has no fields, in words. */
function plainly(part) {
  if (part.oneOf?.every(({ const: value }) => value !== undefined) && part.oneOf.some(({ description }) => description))
    return part.oneOf
      .map(({ const: value, description }) => `- \`${JSON.stringify(value)}\`: ${description}`)
      .join("\n");
  const samples = (part.examples ?? []).filter((example) => typeof example !== "object");
  const such =
    samples.length === 0 ? "" : `, such as ${samples.map((sample) => `\`${JSON.stringify(sample)}\``).join(", ")}`;
  return `${capital(typeOf(part))}${such}.`;
}

/** A type in a few words. */
function typeOf(part) {
  if (part.$ref !== undefined) {
    const name = part.$ref.split("/").pop();
    if (name === "Structure") return "object or list";
    return name === "Arms"
      ? "list of [arms](#arm), 1 to 255"
      : `[${called(name).toLowerCase()}](#${anchor(called(name))})`;
  }
  if (part.const !== undefined) return `\`${JSON.stringify(part.const)}\``;
  if (part.enum) return part.enum.map((value) => `\`${JSON.stringify(value)}\``).join(", ");
  const choice = part.anyOf ?? part.oneOf;
  if (choice && part.type === undefined) return choice.map(typeOf).join(" or ");
  if (part.prefixItems) return `list of ${part.prefixItems.map(typeOf).join(" and ")}`;
  if (part.type === "array")
    return `list of ${typeOf(part.items).replace(/^string$/, "strings")}${bounds(part.minItems, part.maxItems)}`;
  if (part.type === "object")
    return `object of ${typeOf(part.additionalProperties)} by [name](#name)${bounds(part.minProperties, part.maxProperties)}`;
  if (part.type === "string" && part.pattern && part.pattern.length < 40)
    return `string \`${part.pattern.replaceAll("|", "\\|")}\``;
  if (part.type === "string") return `string${bounds(part.minLength, part.maxLength, "characters")}`;
  return `${part.type}${range(part)}`;
}

function bounds(least, most, what = "") {
  const unit = what === "" ? "" : ` ${what}`;
  if (least === 1 && most === undefined) return ", not empty";
  if (least !== undefined && most !== undefined) return `, ${least} to ${most}${unit}`;
  if (most !== undefined) return `, at most ${most}${unit}`;
  return least === undefined ? "" : `, at least ${least}${unit}`;
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  const number = (value) =>
    (value < 0 ? "−" : "") + (Math.abs(value) > 9e15 ? "(2⁵³ − 1)" : Math.abs(value).toLocaleString("en"));
  const from = minimum ?? exclusiveMinimum;
  const to = maximum ?? exclusiveMaximum;
  if (to === undefined) return from === undefined ? "" : `, from ${number(from)}`;
  return exclusiveMinimum === undefined
    ? `, ${number(from)} to ${number(to)}`
    : `, above ${number(from)} and below ${number(to)}`;
}

function cell(text) {
  return text.replaceAll("|", "\\|");
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

function anchor(title) {
  return title.toLowerCase().replaceAll(" ", "-");
}

/** JSON on as few lines as are easy to read. */
function written(value, indent = "") {
  const line = JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
  if (line.length + indent.length <= 100) return line.replaceAll("[ ", "[").replaceAll(" ]", "]");
  const inner = `${indent}  `;
  const list = Array.isArray(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${inner}${list ? "" : `${JSON.stringify(key)}: `}${written(item, inner)}`,
  );
  return `${list ? "[" : "{"}\n${entries.join(",\n")}\n${indent}${list ? "]" : "}"}`;
}
