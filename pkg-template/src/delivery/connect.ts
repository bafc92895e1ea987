import type { Tidegate } from "../tidegate.js";
import type { AnyFlags } from "../types.js";
import { Delivery } from "./delivery.js";
import { type ConnectOptions, settingsOf } from "./settings.js";

/**
 * A Tidegate whose snapshot comes from a server and stays up to date: `connect(Tidegate, { url, store })`, with the class of the
 * entry that is used, be it `tidegate` or `tidegate/slim`.
 *
 * Resolves as soon as there is something to decide with: what is stored, else `initial`, else what the server answers first. Where
 * none of them can be had, or `timeout` is over, it resolves all the same, with a Tidegate that answers with fallbacks (error
 * `PROVIDER_NOT_READY`) until a snapshot arrives: `status` says which it is. Rejects with a `TidegateError` where an option is wrong
 * or the module can't be had, since then no snapshot would help.
 */
export async function connect<Flags extends { [K in keyof Flags]: unknown } = AnyFlags>(
  tidegate: typeof Tidegate,
  options: ConnectOptions,
): Promise<Delivery<Flags>> {
  const settings = settingsOf(options);
  const delivery = new Delivery<Flags>(tidegate.empty<Flags>(settings.tidegate), settings);
  try {
    await delivery.start(tidegate.init());
  } catch (cause) {
    delivery.close();
    delivery.tide.dispose();
    throw cause;
  }
  return delivery;
}
