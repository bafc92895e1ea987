// In a browser's page.
import { Tidegate } from "measured";
import { time } from "../stopwatch.mjs";
import { program } from "./program.mjs";

/** Nanoseconds by column. */
export async function measure(pace) {
  const read = async (set) => new Uint8Array(await (await fetch(`/${set}`)).arrayBuffer());
  return await time(await program(Tidegate, read), pace);
}
