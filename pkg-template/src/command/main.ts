#!/usr/bin/env node
// `npx tidegate`.
import { runHere } from "./wasi.js";

process.exitCode = await runHere(process.argv.slice(2));
