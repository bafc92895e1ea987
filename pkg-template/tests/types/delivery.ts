// Deliveries fit the class of every entry and the providers, and say what flags there are.
import { OpenFeature as Server } from "@openfeature/server-sdk";
import { Tidegate, type TidegateError } from "tidegate";
import { cacheStore, connect, type Delivery, indexedDbStore, kvStore, type SnapshotStore } from "tidegate/delivery";
import { fileStore } from "tidegate/delivery/file";
import { TidegateProvider } from "tidegate/openfeature-server";
import { Tidegate as Slim } from "tidegate/slim";

interface Flags {
  readonly theme: "dark" | "light";
}

export async function deliveries(namespace: Parameters<typeof kvStore>[0]): Promise<void> {
  const stores: SnapshotStore[] = [indexedDbStore(), cacheStore(), kvStore(namespace), fileStore("snapshot")];
  for (const store of stores) {
    const delivery: Delivery<Flags> = await connect<Flags>(Tidegate, { url: "https://flags.example/", store });
    const theme: "dark" | "light" = delivery.tide.string("theme", "dark");
    const end: () => void = delivery.on("failed", (error: TidegateError) => console.log(theme, error.code));
    delivery.on("updated", ({ revision, held }) => console.log(revision, held?.until));
    delivery.on("status", ({ state }) => state === "stale");
    // @ts-expect-error there is no such event
    delivery.on("update", () => {});
    await Server.setProviderAndWait(new TidegateProvider(delivery));
    end();
  }
  const { status, tide } = await connect(Slim, { url: new URL("https://flags.example/"), interval: 0 });
  console.log(status.state, tide.boolean("a", false));
  // @ts-expect-error the class is wanted
  await connect({ url: "https://flags.example/" });
}
