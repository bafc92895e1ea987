// A worker that checks the vectors it is sent, as a user would write one.
import { Tidegate } from "tidegate";
import { check } from "./vectors.mjs";

export default {
  async fetch(request) {
    await Tidegate.init();
    return Response.json(check(Tidegate, await request.json()));
  },
};
