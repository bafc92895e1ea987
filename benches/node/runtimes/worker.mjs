// In workerd, where clocks stand still during a request: it is told how many operations to do, and timed from outside.
import { Tidegate } from "measured";
import { program } from "./program.mjs";

const snapshots = {};
let loops;

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const name = pathname.slice(1);
    if (request.method === "PUT") {
      snapshots[name] = await request.arrayBuffer();
    } else if (name === "") {
      await Tidegate.init();
      loops = await program(Tidegate, (set) => snapshots[set]);
    } else {
      loops[name](Number(searchParams.get("count")));
    }
    return new Response("done");
  },
};
