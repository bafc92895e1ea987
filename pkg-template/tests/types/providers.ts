// The providers fit the SDKs' own types, and take a Tidegate of any flags; so do OpenTelemetry's loggers.
import { OpenFeature as Server } from "@openfeature/server-sdk";
import { OpenFeature as Web } from "@openfeature/web-sdk";
import { logs } from "@opentelemetry/api-logs";
import type { Tidegate } from "tidegate";
import { logDecision, logExposures } from "tidegate/exposures";
import { TidegateProvider as ServerProvider } from "tidegate/openfeature-server";
import { TidegateProvider as WebProvider } from "tidegate/openfeature-web";

export async function providers(tide: Tidegate<{ theme: "dark" | "light" }>, any: Tidegate): Promise<void> {
  await Server.setProviderAndWait(new ServerProvider(tide));
  await Web.setProviderAndWait(new WebProvider(tide));
  Server.setProvider(new ServerProvider(any));
  Web.setProvider(new WebProvider("/snapshot.json", { now: () => 0 }));
  const provider = new ServerProvider(new URL("https://shop.example/snapshot.json"));
  const fresh: boolean = await provider.refresh();
  if (!fresh) provider.markStale("for an hour");
  // @ts-expect-error a server provider is none for the web
  Web.setProvider(provider);
  // @ts-expect-error neither a Tidegate nor a source
  new WebProvider(3);
}

export function logging(tide: Tidegate<{ theme: "dark" | "light" }>): () => void {
  const logger = logs.getLogger("tidegate");
  logDecision(logger, tide.decide("theme"), { contextId: "u-1", value: true });
  // @ts-expect-error a console is no logger
  logExposures(tide, console);
  return logExposures(tide, logger, { setId: "production" });
}
