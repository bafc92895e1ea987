// The steps of the specification's evaluation_v2.feature, against the server provider as users install it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { After, Given, Then, When } from "@cucumber/cucumber";
import { OpenFeature } from "@openfeature/server-sdk";
import { TidegateProvider } from "tidegate/openfeature-server";

const snapshot = new URL("./snapshot.json", import.meta.url);

/** The specification's words for a provider's state, and how a real one gets there. */
const PROVIDERS = {
  stable: () => ready(new TidegateProvider(snapshot)),
  // Its snapshot never finishes arriving.
  "not ready": () => pending(new TidegateProvider(new Response(new ReadableStream()))),
  error: () => failing(new TidegateProvider(new URL("./absent.json", import.meta.url))),
  // What it is told to load is no place and no snapshot: trying again does not help.
  fatal: () => failing(new TidegateProvider("not a url")),
  stale: async () => {
    const provider = new TidegateProvider(snapshot);
    await ready(provider);
    provider.markStale();
  },
};

let domains = 0;
let client;
let flag;
let context;
let details;
let hookCalls;

async function ready(provider) {
  await OpenFeature.setProviderAndWait(client.metadata.domain, provider);
}

function pending(provider) {
  OpenFeature.setProvider(client.metadata.domain, provider);
}

async function failing(provider) {
  await assert.rejects(OpenFeature.setProviderAndWait(client.metadata.domain, provider));
}

Given(/^an? (stable|not ready|error|fatal|stale) provider$/, async (state) => {
  client = OpenFeature.getClient(`scenario-${++domains}`);
  context = {};
  flag = undefined;
  details = undefined;
  hookCalls = [];
  await PROVIDERS[state]();
});

After(() => OpenFeature.clearProviders());

Given("a {word}-flag with key {string} and a fallback value {string}", (type, key, fallback) => {
  flag = { type, key, fallback: parse(type, fallback) };
});

Given("a context containing a key {string}, with type {string} and with value {string}", (key, type, value) => {
  context = { ...context, [key]: parse(type, value) };
});

Given("a context containing a key {string} with null value", (key) => {
  context = { ...context, [key]: null };
});

When("the flag was evaluated with details", async () => {
  details = await evaluate();
});

When("the flag was evaluated with details asynchronously", () => {
  details = evaluate();
});

Then("the evaluation should complete without blocking", async () => {
  assert.ok(details instanceof Promise, "the call came back before the answer");
  details = await details;
});

Then("the resolved details value should be {string}", (expected) => {
  assert.deepEqual(details.value, parse(flag.type, expected));
});

Then("the reason should be {string}", (expected) => {
  assert.equal(details.reason, expected);
});

Then("the flag key should be {string}", (expected) => {
  assert.equal(details.flagKey, expected);
});

Then("the variant should be {string}", (expected) => {
  assert.equal(details.variant, expected);
});

Then("the error-code should be {string}", (expected) => {
  assert.equal(details.errorCode, expected);
});

Then("the resolved metadata should contain", (table) => {
  const expected = table.hashes().map((row) => [row.key, parse(row.metadata_type, row.value)]);
  assert.deepEqual(details.flagMetadata, Object.fromEntries(expected));
});

Then("the provider status should be {string}", (expected) => {
  assert.equal(client.providerStatus, expected);
});

Given("evaluation options containing specific hooks", () => {
  assert.deepEqual(hookCalls, []);
});

When("the flag was evaluated with details using the evaluation options", async () => {
  details = await evaluate({ hooks: [hook("first"), hook("second")] });
});

Then("the specified hooks should execute during evaluation", () => {
  assert.equal(details.value, true);
  assert.equal(hookCalls.length, 6);
});

Then("the hook order should be maintained", () => {
  assert.deepEqual(hookCalls, [
    "first before",
    "second before",
    "second after",
    "first after",
    "second finally",
    "first finally",
  ]);
});

Given("an evaluation context with modifiable data", () => {
  context = { targetingKey: "u-1", user: { id: "u-1", tags: ["a", "b"] } };
});

Then("the original evaluation context should remain unmodified", () => {
  assert.deepEqual(context, { targetingKey: "u-1", user: { id: "u-1", tags: ["a", "b"] } });
});

Then("the evaluation details should be immutable", async () => {
  assert.throws(() => Object.assign(details.flagMetadata, { added: true }), TypeError);
  const template = await client.getObjectDetails("object-flag", {});
  assert.throws(() => Object.assign(template.value, { title: "changed" }), TypeError);
  const { flags } = JSON.parse(await readFile(snapshot, "utf8"));
  assert.deepEqual(template.value, flags["object-flag"].variants.template);
});

function evaluate(options) {
  const { type, key, fallback } = flag;
  const method = { Boolean: "getBooleanDetails", String: "getStringDetails", Object: "getObjectDetails" }[type];
  return client[method ?? "getNumberDetails"](key, fallback, context, options);
}

function hook(name) {
  const note = (stage) => () => {
    hookCalls.push(`${name} ${stage}`);
  };
  return { before: note("before"), after: note("after"), finally: note("finally") };
}

function parse(type, text) {
  switch (type) {
    case "Boolean":
      return text === "true";
    case "Integer":
    case "Float":
      return Number(text);
    case "Object":
      return JSON.parse(text.replaceAll('\\"', '"'));
    default:
      return text;
  }
}
