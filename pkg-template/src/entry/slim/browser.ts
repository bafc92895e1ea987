// Browsers and dedicated workers, with the module that reads compiled snapshots only.
import { fetchModule, provide } from "../../runtime.js";

provide({ module: () => fetchModule(new URL("./tidegate_slim_bg.wasm", import.meta.url)) });

export * from "../../index.js";
