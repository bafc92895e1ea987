// What `tidegate types` writes, in use: `generated/flags.d.ts` is of `cli/tests/snapshots/types.json`.
import { type Bound, type Decision, type Parameters, Tidegate } from "tidegate";
import { connect, type Delivery } from "tidegate/delivery";
import type { BannerValue, Flags, HeroValue, Namespaces } from "./generated/flags.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Fails to compile where the value is not of exactly this type. */
function is<Expected>() {
  return <Found>(_value: Found, ..._same: Equal<Found, Expected> extends true ? [] : [never]): void => {};
}

export async function generated(): Promise<void> {
  const tide = await Tidegate.load<Flags>(new URL("https://shop.example/snapshot.json"));
  const context = { targetingKey: "u-1" };

  is<boolean>()(tide.boolean("new-checkout", false, context));
  is<true>()(tide.boolean("only-on", true));
  is<-5 | 0 | 0.1 | 10 | 100 | 12345678901234567890 | 1e300>()(tide.number("page-size", 10));
  is<"x" | "y">()(tide.string("option", "y", context));
  is<Decision<"x" | "y">>()(tide.decide("option", context));
  is<"x" | "y" | undefined>()(tide.values(context).option);
  is<BannerValue>()(tide.object("banner", { title: "Sun", items: [], until: null }));
  is<readonly (keyof Flags)[]>()(tide.keys());

  // @ts-expect-error there is no such key
  tide.boolean("new-chekout", false);
  // @ts-expect-error the key is of another type
  tide.boolean("page-size", false);
  // @ts-expect-error the fallback is of another type
  tide.boolean("new-checkout", "false");
  // @ts-expect-error none of the values
  tide.string("option", "z");
  // @ts-expect-error none of the values
  tide.number("page-size", 11);
  // @ts-expect-error a text that no variant has
  tide.object("banner", { title: "Rain", items: [], until: null });
  // @ts-expect-error a member is missing
  tide.object("banner", { title: "Sun", items: [] });
  // @ts-expect-error a flag that is refused is left out
  tide.boolean("broken", false);
  // @ts-expect-error no such key
  tide.decide("optoin");
  // @ts-expect-error no such key
  tide.explain("optoin", context);
  // @ts-expect-error no such key
  tide.bootstrap(context, { keys: ["optoin"] });
  // @ts-expect-error no such key
  tide.metadata("optoin");
  tide.on("change", (keys) => is<readonly (keyof Flags)[]>()(keys));

  const bound: Bound<Flags> = tide.for(context);
  is<boolean>()(bound.boolean("new-checkout", true));
  // @ts-expect-error there is no such key
  bound.boolean("new-chekout", true);
}

/** Keys that mean something to JavaScript, or need quotes, are keys like others. */
export function keys(tide: Tidegate<Flags>): void {
  is<"a" | "b" | "c" | "d" | "e" | "f">()(tide.string("constructor", "a"));
  is<boolean>()(tide.boolean("toString", false));
  is<boolean>()(tide.boolean("1", false));
  is<boolean>()(tide.boolean("小明", false));
  is<boolean>()(tide.boolean("*/ alert(`1`) //", false));
  is<"x">()(tide.string('"quoted"\n\u0007', "x"));
  // @ts-expect-error what every object has is no key
  tide.boolean("valueOf", false);
}

export function objects(tide: Tidegate<Flags>): string {
  const hero: HeroValue = tide.object("hero", {});
  is<"picture" | "text" | undefined>()(hero.kind);
  if (hero.kind === "text") {
    is<readonly ("a" | "b")[]>()(hero.words);
    is<1>()(hero.size.w);
  }
  const banner = tide.object("banner", { title: "Sun", items: [{ id: 2 }], until: "2027-01-01" });
  // @ts-expect-error values are shared, hence read-only
  banner.title = "Sun";
  // @ts-expect-error so are their lists
  banner.items.push({ id: 1 });
  // @ts-expect-error and what is in those
  banner.items[0].id = 1;
  is<readonly never[]>()(tide.object("empty-list", []));
  // @ts-expect-error it has no items
  tide.object("empty-list", [1]);
  // @ts-expect-error it has no members
  tide.object("empty-object", { a: 1 });
  const either = tide.object("either", [1]);
  const settings = tide.object("settings", {});
  is<true | undefined>()(settings.all);
  is<2>()(tide.object("odd-members", { "": 1, constructor: 2, "a b": 3, "*/": 4, "1": 5, class: 6 }).constructor);
  return "a" in either ? String(either.a) : either.join();
}

export function parameters(tide: Tidegate<Flags>): void {
  const feed = tide.parameters<Namespaces["feed"]>("feed", { targetingKey: "u-1" });
  is<"net" | "tree" | undefined>()(feed.model);
  is<3 | 4 | undefined>()(tide.for().parameters<Namespaces["feed"]>("feed").depth);
  // @ts-expect-error there is no such namespace
  tide.parameters<Namespaces["fed"]>("fed");
  // @ts-expect-error there is no such parameter
  feed.modell;
  is<Parameters>()(tide.parameters("feed"));
}

export async function elsewhere(bytes: ArrayBuffer): Promise<void> {
  const delivery: Delivery<Flags> = await connect<Flags>(Tidegate, { url: "https://flags.example/" });
  // @ts-expect-error there is no such key
  delivery.tide.boolean("new-chekout", false);
  const started = Tidegate.start<Flags>(delivery.tide.bootstrap({}, { keys: ["option"] }));
  // @ts-expect-error none of the values
  started.string("option", "z");
  // @ts-expect-error none of the values
  Tidegate.fixed<Flags>({ option: "z" });
  // @ts-expect-error there is no such key
  new Tidegate<Flags>(bytes).boolean("new-chekout", false);
  // @ts-expect-error there is no such key
  Tidegate.empty<Flags>().boolean("new-chekout", false);
}
