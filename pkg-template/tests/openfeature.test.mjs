// The providers, behind the official SDKs. The specification's own scenarios run in tests/openfeature.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { afterEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { OpenFeature as Server, ProviderEvents as ServerEvents } from "@openfeature/server-sdk";
import { OpenFeature as Web, ProviderEvents as WebEvents } from "@openfeature/web-sdk";
import { Tidegate } from "tidegate";
import { TidegateProvider as ServerProvider } from "tidegate/openfeature-server";
import { TidegateProvider as WebProvider } from "tidegate/openfeature-web";
import { encode, ON_OFF, SHOP, STAFF } from "./snapshots.mjs";

const NEXT = { ...SHOP, revision: "43", sequence: 43, flags: { ...SHOP.flags, added: { ...ON_OFF, default: "on" } } };

let domains = 0;

afterEach(async () => {
  await Server.clearProviders();
  await Web.clearProviders();
});

/** A client of either SDK with a provider, and every event that it tells of. */
async function start(api, events, provider) {
  const domain = `test-${++domains}`;
  const client = api.getClient(domain);
  const told = [];
  for (const event of [events.Ready, events.Error, events.Stale, events.ConfigurationChanged]) {
    client.addHandler(event, (details) => {
      told.push({ event, ...(details?.message && { message: details.message }), flagsChanged: details?.flagsChanged });
    });
  }
  const failure = await api.setProviderAndWait(domain, provider).then(
    () => undefined,
    (error) => error,
  );
  return { client, told, failure, domain };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const names = (told) => told.map(({ event }) => event);

for (const [name, api, events, Provider] of [
  ["server", Server, ServerEvents, ServerProvider],
  ["web", Web, WebEvents, WebProvider],
]) {
  describe(`the ${name} provider`, () => {
    it("answers with value, variant, reason and metadata", async () => {
      const { client, domain } = await start(api, events, new Provider(SHOP));
      if (api === Web) await Web.setContext(domain, STAFF);
      const ask = (method, key, fallback) =>
        api === Web ? client[method](key, fallback) : client[method](key, fallback, STAFF);
      assert.deepEqual(await ask("getBooleanDetails", "new-checkout", false), {
        flagKey: "new-checkout",
        value: true,
        variant: "on",
        reason: "TARGETING_MATCH",
        flagMetadata: {},
      });
      assert.deepEqual(await ask("getBooleanDetails", "cart-v2", false), {
        flagKey: "cart-v2",
        value: true,
        variant: "on",
        reason: "STATIC",
        flagMetadata: { owner: "cart", risk: 2, legacy: false },
      });
      assert.equal(await ask("getStringValue", "theme", "dark"), "light");
      assert.equal(await ask("getNumberValue", "page-size", 1), 50);
      assert.deepEqual(await ask("getObjectValue", "banner", {}), SHOP.flags.banner.variants.sale);
      assert.equal((await ask("getBooleanDetails", "retired", true)).reason, "DISABLED");
    });

    it("answers with the fallback and a code where it cannot decide", async () => {
      const { client } = await start(api, events, new Provider(SHOP));
      for (const [method, key, fallback, code] of [
        ["getBooleanDetails", "absent", true, "FLAG_NOT_FOUND"],
        ["getBooleanDetails", "broken", true, "PARSE_ERROR"],
        ["getBooleanDetails", "theme", true, "TYPE_MISMATCH"],
        ["getStringDetails", "cart-v2", "x", "TYPE_MISMATCH"],
        ["getNumberDetails", "banner", 1, "TYPE_MISMATCH"],
        ["getObjectDetails", "page-size", { a: 1 }, "TYPE_MISMATCH"],
      ]) {
        const { value, reason, errorCode, errorMessage } = await client[method](key, fallback);
        assert.deepEqual([value, reason, errorCode], [fallback, "ERROR", code], key);
        assert.ok(errorMessage.length > 5);
      }
    });

    it("tells of changes by key, and that it is ready", async () => {
      const tide = await Tidegate.load(SHOP);
      const { client, told } = await start(api, events, new Provider(tide));
      assert.deepEqual(names(told), [events.Ready]);
      tide.update(NEXT);
      await settle();
      assert.deepEqual(told.slice(1), [{ event: events.ConfigurationChanged, flagsChanged: ["added"] }]);
      assert.equal(await client.getBooleanValue("added", false), true);
    });

    it("leaves the caller's Tidegate to the caller, and disposes of its own", async () => {
      const tide = await Tidegate.load(SHOP);
      const { told } = await start(api, events, new Provider(tide));
      await api.clearProviders();
      tide.update(NEXT);
      await settle();
      assert.equal(tide.boolean("added", false), true);
      assert.deepEqual(names(told), [events.Ready]);
      const own = new Provider(SHOP);
      const { client } = await start(api, events, own);
      assert.equal(await client.getBooleanValue("cart-v2", false), true);
      await api.clearProviders();
      assert.equal(
        (await own.resolveBooleanEvaluation("cart-v2", false, {})).errorCode,
        "PROVIDER_NOT_READY",
        "it holds no snapshot any more",
      );
    });

    it("is in error where the snapshot cannot be had, and recovers by a refresh", async () => {
      const provider = new Provider(new URL("./absent.json", import.meta.url));
      const { client, told, failure } = await start(api, events, provider);
      assert.match(failure.message, /absent\.json/);
      assert.equal(client.providerStatus, "ERROR");
      const { value, errorCode } = await client.getBooleanDetails("cart-v2", false);
      assert.deepEqual([value, errorCode], [false, "PROVIDER_NOT_READY"]);
      assert.equal(await provider.refresh(), false);
      assert.equal(await provider.refresh(encode(SHOP)), true);
      await settle();
      assert.deepEqual(names(told), [events.Error, events.Error, events.Ready]);
      assert.equal(client.providerStatus, "READY");
      assert.equal(await client.getBooleanValue("cart-v2", false), true);
    });

    it("is in fatal error where trying again does not help", async () => {
      for (const source of ["no url", { ...SHOP, schemaVersion: 2 }]) {
        const { client } = await start(api, events, new Provider(source));
        assert.equal(client.providerStatus, "FATAL");
        assert.equal((await client.getBooleanDetails("cart-v2", false)).errorCode, "PROVIDER_FATAL");
      }
    });

    it("is stale where a refresh fails, keeps answering, and ready again by the next", async () => {
      const provider = new Provider(SHOP);
      const { client, told } = await start(api, events, provider);
      assert.equal(await provider.refresh(new URL("./absent.json", import.meta.url)), false);
      assert.equal(client.providerStatus, "STALE");
      assert.equal(await client.getBooleanValue("cart-v2", false), true);
      assert.equal(await provider.refresh(NEXT), true);
      assert.equal(client.providerStatus, "READY");
      assert.deepEqual(names(told), [events.Ready, events.Stale, events.Ready, events.ConfigurationChanged]);
    });

    it("is in error where a refresh brings a snapshot that is refused, and keeps answering", async () => {
      const provider = new Provider(SHOP);
      const { client, told } = await start(api, events, provider);
      assert.equal(await provider.refresh(encode("{")), false);
      assert.equal(client.providerStatus, "ERROR");
      assert.equal(await client.getBooleanValue("cart-v2", false), true);
      assert.equal(await provider.refresh({ ...SHOP, sequence: 1 }), false, "an older one is no error");
      assert.deepEqual(names(told), [events.Ready, events.Error]);
    });

    it("is stale when it is told so, until the next change", async () => {
      const tide = await Tidegate.load(SHOP);
      const provider = new Provider(tide);
      const { client, told } = await start(api, events, provider);
      provider.markStale("the publisher is silent");
      assert.equal(client.providerStatus, "STALE");
      assert.deepEqual(told.at(-1).message, "the publisher is silent");
      tide.update(NEXT);
      assert.equal(client.providerStatus, "READY");
      provider.markStale();
      provider.markReady();
      assert.equal(client.providerStatus, "READY");
      assert.equal(await provider.refresh(), false, "there is nothing that it could load");
      assert.equal(client.providerStatus, "ERROR");
    });
  });
}

describe("the web provider", () => {
  it("decides for the context that is set, and stays stale through a change of it", async () => {
    const provider = new WebProvider(SHOP);
    const { client, domain } = await start(Web, WebEvents, provider);
    assert.equal(client.getBooleanValue("new-checkout", false), false);
    await Web.setContext(domain, STAFF);
    assert.equal(client.getBooleanValue("new-checkout", false), true);
    assert.equal(client.providerStatus, "READY");
    provider.markStale();
    await Web.setContext(domain, { prefers: "dark" });
    await settle();
    assert.equal(client.providerStatus, "STALE");
    assert.equal(client.getStringValue("theme", "light"), "dark");
  });
});

describe("without WebAssembly", () => {
  it("a provider is in fatal error", () => {
    const program = `
      import { OpenFeature } from "@openfeature/server-sdk";
      import { TidegateProvider } from "tidegate/openfeature-server";
      await OpenFeature.setProviderAndWait(new TidegateProvider({})).catch(() => {});
      console.log(OpenFeature.getClient().providerStatus);
    `;
    const options = ["--jitless", "--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", program];
    const cwd = fileURLToPath(new URL(".", import.meta.url));
    const { stdout, stderr } = spawnSync(process.execPath, options, { cwd, encoding: "utf8" });
    assert.equal(stdout.trim(), "FATAL", stderr);
  });
});
