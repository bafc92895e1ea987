// Vercel's edge runtime, with the module that reads compiled snapshots only.

import { provide } from "../../runtime.js";
import module from "./tidegate_slim_bg.wasm?module";

provide({ module: () => Promise.resolve(module) });

export * from "../../index.js";
