// What the types allow and what they don't, checked by the compiler: a line marked as an error must be one.
import {
  type Balance,
  type Bound,
  type Decision,
  type Exposure,
  type FlagObject,
  Tidegate,
  TidegateError,
} from "tidegate";
import {
  clickHouseSink,
  consoleSink,
  type ExposureSender,
  httpSink,
  type Sink,
  sendExposures,
} from "tidegate/exposures";
import { type CookieStore, cookieStore, localStorageStore, memoryStore, type Store } from "tidegate/stores";

interface Banner {
  title: string;
  items: { id: number }[];
}

interface Flags {
  "new-checkout": boolean;
  theme: "dark" | "light";
  "page-size": number;
  banner: Banner;
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Fails to compile where the value is not of exactly this type. */
function is<Expected>() {
  return <Found>(_value: Found, ..._same: Equal<Found, Expected> extends true ? [] : [never]): void => {};
}

export async function typed(): Promise<void> {
  const tide = await Tidegate.load<Flags>(new URL("https://shop.example/snapshot.json"), { now: () => 0 });
  const context = { targetingKey: "u-1", user: { id: "u-1" }, since: new Date() };

  is<boolean>()(tide.boolean("new-checkout", false, context));
  is<"dark" | "light">()(tide.string("theme", "light"));
  is<number>()(tide.number("page-size", 10, null));
  is<Banner>()(tide.object("banner", { title: "", items: [] }, undefined));

  // @ts-expect-error there is no such key
  tide.boolean("new-chekout", false);
  // @ts-expect-error the key is of another type
  tide.boolean("theme", false);
  // @ts-expect-error the fallback is none of the values
  tide.string("theme", "blue");
  // @ts-expect-error the fallback is of another type
  tide.number("page-size", "10");
  // @ts-expect-error a fallback is required
  tide.boolean("new-checkout");
  // @ts-expect-error a context is an object
  tide.boolean("new-checkout", false, "u-1");
  // @ts-expect-error the object lacks a part
  tide.object("banner", { title: "" });

  const decision = tide.decide("theme", context, { now: new Date() });
  is<Decision<"dark" | "light">>()(decision);
  if (decision.reason === "ERROR") {
    is<string>()(decision.errorMessage);
    is<undefined>()(decision.value);
  } else {
    is<"dark" | "light">()(decision.value);
    is<string>()(decision.variant);
  }

  const bound: Bound<Flags> = tide.for(context);
  is<boolean>()(bound.boolean("new-checkout", true));
  is<number | undefined>()(bound.values()["page-size"]);
  // @ts-expect-error there is no such key
  bound.string("teme", "dark");

  is<readonly (keyof Flags)[]>()(tide.keys());
  const end: () => void = tide.on("change", (keys) => is<readonly (keyof Flags)[]>()(keys));
  end();
  // @ts-expect-error there is no such event
  tide.on("changed", () => {});
  tide.on("exposure", (exposure) => is<Exposure>()(exposure));
  tide.on("exposure", ({ attributes }) => attributes?.["country"], { attributes: ["country"] });
  // @ts-expect-error a change has no attributes
  tide.on("change", () => {}, { attributes: ["country"] });
  // @ts-expect-error an exposure is no list of keys
  tide.on("exposure", (keys: readonly string[]) => keys);
  is<boolean>()(tide.expose(tide.decide("theme", context, { expose: false })));
  is<boolean>()(tide.expose(tide.for(context).decide("theme", { expose: false })));
  // @ts-expect-error a flag is no decision
  tide.expose("theme");
  is<readonly Balance[]>()(tide.balance());
  // @ts-expect-error nothing else is exposed
  new Tidegate(new Uint8Array(), { exposures: "some" });
  new Tidegate(new Uint8Array(), { onExposure: ({ unit }) => is<string>()(unit), exposureMemory: { units: 10 } });
  // @ts-expect-error an update is in hand, not somewhere
  tide.update("https://shop.example/snapshot.json");
  // @ts-expect-error nor is it a promise
  tide.update(fetch("https://shop.example/snapshot.json"));
  // @ts-expect-error a snapshot has flags
  tide.update({ schemaVersion: 1, revision: "1" });
  tide.update({ schemaVersion: 1, revision: "1", flags: {}, segments: {} });
  is<string>()(tide.update(new Uint8Array()).revision);
  // @ts-expect-error a report is read-only
  tide.loadReport.flags = 3;
  is<string | number | boolean | undefined>()(tide.metadata("theme")?.["owner"]);
  tide.dispose();

  using scoped = await Tidegate.load<Flags>(new Response("{}"));
  scoped.boolean("new-checkout", false);
}

export function untyped(tide: Tidegate, key: string): void {
  is<boolean>()(tide.boolean(key, false));
  is<string>()(tide.string("any", ""));
  is<number>()(tide.number("any", 0));
  is<FlagObject>()(tide.object("any", { a: [1, null, "x"] }));
  // @ts-expect-error values are shared, hence read-only
  tide.object("any", { a: 1 })["a"] = 2;
  // @ts-expect-error the fallback is of another type
  tide.boolean("any", "false");
}

export function fixed(): void {
  const inferred = Tidegate.fixed({ "new-checkout": true, theme: "dark", size: 3 });
  is<boolean>()(inferred.boolean("new-checkout", false));
  // @ts-expect-error there is no such key
  inferred.boolean("other", false);
  const declared: Tidegate<Flags> = Tidegate.fixed<Flags>({ theme: "dark" });
  is<"dark" | "light">()(declared.string("theme", "light"));
  // @ts-expect-error none of the values
  Tidegate.fixed<Flags>({ theme: "blue" });
}

export async function module(bytes: ArrayBuffer): Promise<void> {
  await Tidegate.init();
  await Tidegate.init(bytes);
  await Tidegate.init(WebAssembly.compile(bytes));
  await Tidegate.init(fetch("/tidegate_bg.wasm"));
  // @ts-expect-error a string is no module
  await Tidegate.init("/tidegate_bg.wasm");
  try {
    new Tidegate<Flags>(bytes);
  } catch (error) {
    if (error instanceof TidegateError && error.code === "UNSUPPORTED_VERSION") console.error(error.path);
    // @ts-expect-error there is no such code
    if (error instanceof TidegateError && error.code === "UNSUPORTED_VERSION") console.error(error.path);
  }
}

export function stores(header: string | null): Store[] {
  const cookie: CookieStore = cookieStore({ key: "a secret of sixteen bytes", header, sameSite: "Strict" });
  is<string[]>()(cookie.setCookie());
  // @ts-expect-error there is no such value
  cookieStore({ sameSite: "lax" });
  return [cookie, localStorageStore({ prefix: "shop/" }), memoryStore({ entries: 10 })];
}

export async function sending(tide: Tidegate<Flags>): Promise<void> {
  const sink: Sink = {
    name: "mine",
    send: async (lines, { last }) => ({ outcome: "later", why: `${lines.length} ${last}` }),
  };
  using sender: ExposureSender = sendExposures(tide, {
    sink,
    sample: 0.1,
    attributes: ["country"],
    batch: { rows: 10 },
  });
  is<boolean>()(await sender.flush());
  is<number>()(sender.stats.sent);
  sendExposures(tide, {
    sink: clickHouseSink({ url: "http://127.0.0.1:8123", table: "exposures", settings: { async_insert: 1 } }),
  });
  sendExposures(tide, { sink: httpSink({ url: new URL("https://shop.example/exposures"), gzip: true }) });
  // @ts-expect-error a sink is needed
  sendExposures(tide, {});
  // @ts-expect-error there is no such outcome
  sendExposures(tide, { sink: { name: "mine", send: async () => ({ outcome: "lost" }) } });
  await sendExposures(tide, { sink: consoleSink() }).close();
}
