// Node, Deno and Bun: `process.mjs ENTRY FILES PACE` answers nanoseconds by column; `FILES` are the snapshots, by set.
import { readFile } from "node:fs/promises";
import { answer } from "../process.mjs";
import { time } from "../stopwatch.mjs";
import { program } from "./program.mjs";

const [, , entry, files, pace] = process.argv;
const { Tidegate } = await import(entry);
const loops = await program(Tidegate, (set) => readFile(JSON.parse(files)[set]));
answer(await time(loops, JSON.parse(pace)));
