import { Tidegate } from "tidegate";

let tide;

export async function GET(request) {
  tide ??= await Tidegate.load(new URL("/snapshot.json", request.url));
  return Response.json(tide.decide("new-checkout", { user: { email: "a@shop.example" } }));
}
