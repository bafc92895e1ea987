// Cloudflare Workers and others on workerd, where bytes are not compiled: the module is imported.

import { provide } from "../runtime.js";
import module from "./tidegate_bg.wasm";

provide({ module: () => Promise.resolve(module) });

export * from "../index.js";
