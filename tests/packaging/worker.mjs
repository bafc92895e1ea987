// A worker that checks the vectors it is sent, and decides compiled snapshots, as a user would write one.
import { Tidegate } from "tidegate";
import { Tidegate as Slim } from "tidegate/slim";
import { check } from "./vectors.mjs";

export default {
  async fetch(request) {
    if (new URL(request.url).pathname === "/compiled") return Response.json((await Slim.load(request)).values());
    await Tidegate.init();
    return Response.json(check(Tidegate, await request.json()));
  },
};
