// Browsers and dedicated workers: the module lies beside this file, where bundlers find it too.
import { beside, fetchModule, provide } from "../runtime.js";

provide({ module: () => fetchModule(beside(new URL("./tidegate_bg.wasm", import.meta.url))) });

export * from "../index.js";
