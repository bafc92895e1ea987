// A delivery behind the providers: reasons, states and events as OpenFeature's specification has them.
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { OpenFeature as Server, ProviderEvents as ServerEvents } from "@openfeature/server-sdk";
import { OpenFeature as Web, ProviderEvents as WebEvents } from "@openfeature/web-sdk";
import { fileStore } from "tidegate/delivery/file";
import { TidegateProvider as ServerProvider } from "tidegate/openfeature-server";
import { TidegateProvider as WebProvider } from "tidegate/openfeature-web";
import { FIRST, place, SECOND, server, start } from "./delivering.mjs";
import { until } from "./publisher.mjs";

let domains = 0;

afterEach(async () => {
  await Server.clearProviders();
  await Web.clearProviders();
});

for (const [name, api, events, Provider] of [
  ["server", Server, ServerEvents, ServerProvider],
  ["web", Web, WebEvents, WebProvider],
]) {
  /** A client whose provider has a delivery, and the events that it tells of. */
  async function provided(delivery) {
    const domain = `delivery-${name}-${++domains}`;
    const client = api.getClient(domain);
    const told = [];
    for (const event of [events.Ready, events.Error, events.Stale, events.ConfigurationChanged]) {
      client.addHandler(event, ({ flagsChanged }) => told.push(flagsChanged ? [event, flagsChanged] : event));
    }
    const provider = new Provider(delivery);
    const failure = await api.setProviderAndWait(domain, provider).catch((error) => error);
    return { client, told, provider, failure };
  }

  async function stored() {
    const store = fileStore(place());
    await store.set(server.url, { bytes: server.body, etag: server.etag, confirmedAt: 1 });
    return store;
  }

  describe(`the ${name} provider of a delivery`, () => {
    it("has reasons of its own while the snapshot is fresh", async () => {
      const { delivery } = await start();
      const { client, told } = await provided(delivery);
      const { value, reason } = await client.getBooleanDetails("a", false);
      assert.deepEqual([value, reason], [true, "STATIC"]);
      server.snapshot = SECOND;
      await until(() => told.length > 1);
      assert.deepEqual(told, [events.Ready, [events.ConfigurationChanged, ["a", "b"]]]);
      assert.equal((await client.getBooleanDetails("a", true)).value, false);
    });

    it("is ready with what is stored, whose answers are CACHED until it is confirmed", async () => {
      const store = await stored();
      let answer;
      server.always = (response, request) => {
        answer = () => server.serve(response, request);
      };
      const { delivery } = await start({ store, interval: 0 });
      const { client, told } = await provided(delivery);
      assert.equal(client.providerStatus, "READY");
      const { value, reason } = await client.getBooleanDetails("a", false);
      assert.deepEqual([value, reason], [true, "CACHED"]);
      assert.equal((await client.getBooleanDetails("none", false)).reason, "ERROR");
      assert.equal(delivery.tide.decide("a").reason, "STATIC", "the Tidegate itself says how it decided");
      await until(() => answer !== undefined);
      answer();
      await until(() => delivery.status.state === "fresh");
      assert.equal((await client.getBooleanDetails("a", false)).reason, "STATIC");
      assert.deepEqual(told, [events.Ready]);
    });

    it("is STALE where what is stored can't be confirmed, and ready when it is", async () => {
      const store = await stored();
      server.always = (response) => response.writeHead(500).end();
      const { delivery } = await start({ store });
      await until(() => delivery.status.state === "stale");
      const { client, told } = await provided(delivery);
      await until(() => client.providerStatus === "STALE");
      const { value, reason } = await client.getBooleanDetails("a", false);
      assert.deepEqual([value, reason], [true, "STALE"]);
      server.always = undefined;
      await until(() => client.providerStatus === "READY");
      assert.equal((await client.getBooleanDetails("a", false)).reason, "STATIC");
      assert.deepEqual(told, [events.Ready, events.Stale, events.Ready]);
    });

    it("tells when it becomes stale, and of a change that ends that", async () => {
      const { delivery } = await start({ staleAfter: 100 });
      const { client, told } = await provided(delivery);
      server.always = (response) => response.destroy();
      await until(() => client.providerStatus === "STALE");
      server.snapshot = SECOND;
      server.always = undefined;
      await until(() => told.length === 4);
      assert.deepEqual(told, [events.Ready, events.Stale, events.Ready, [events.ConfigurationChanged, ["a", "b"]]]);
    });

    it("is in error until there is a first snapshot", async () => {
      server.always = (response) => response.writeHead(404).end();
      const { delivery } = await start();
      const { client, told, failure } = await provided(delivery);
      assert.match(failure.message, /answered with status 404/);
      assert.equal(client.providerStatus, "ERROR");
      const { value, errorCode } = await client.getBooleanDetails("a", false);
      assert.deepEqual([value, errorCode], [false, "PROVIDER_NOT_READY"]);
      server.always = undefined;
      await until(() => client.providerStatus === "READY");
      assert.equal(await client.getBooleanValue("a", false), true);
      await until(() => told.length === 3);
      assert.deepEqual(told, [events.Error, events.Ready, [events.ConfigurationChanged, ["a"]]]);
    });

    it("refreshes by the delivery, and leaves it to the caller", async () => {
      const { delivery } = await start({ interval: 0 });
      const { provider, told } = await provided(delivery);
      server.snapshot = SECOND;
      assert.equal(await provider.refresh(), true);
      assert.equal(delivery.status.revision, "r2");
      await api.clearProviders();
      server.snapshot = { ...FIRST, sequence: 3 };
      assert.equal(await delivery.refresh(), true);
      assert.equal(delivery.tide.boolean("a", false), true);
      await until(() => told.length === 2);
    });
  });
}
