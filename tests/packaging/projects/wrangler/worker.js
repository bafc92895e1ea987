import { Tidegate } from "tidegate";
import snapshot from "./snapshot.json";

let tide;

export default {
  async fetch() {
    tide ??= await Tidegate.load(snapshot);
    return Response.json(tide.decide("new-checkout", { user: { email: "a@shop.example" } }));
  },
};
