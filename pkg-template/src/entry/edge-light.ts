// Vercel's edge runtime, which imports a module when asked with `?module`.

import { provide } from "../runtime.js";
import module from "./tidegate_bg.wasm?module";

provide({ module: () => Promise.resolve(module) });

export * from "../index.js";
