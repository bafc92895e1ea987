// Browsers and dedicated workers, with the module that reads compiled snapshots only.
import { beside, fetchModule, provide } from "../../runtime.js";

provide({ module: () => fetchModule(beside(new URL("./tidegate_slim_bg.wasm", import.meta.url))) });

export * from "../../index.js";
