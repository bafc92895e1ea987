// Cloudflare Workers and others on workerd, with the module that reads compiled snapshots only.

import { provide } from "../../runtime.js";
import module from "./tidegate_slim_bg.wasm";

provide({ module: () => Promise.resolve(module) });

export * from "../../index.js";
