// For callers who bring the module: await `Tidegate.init(module)` first.
export * from "../index.js";
