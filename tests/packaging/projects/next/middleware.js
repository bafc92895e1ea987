import { Tidegate } from "tidegate";

export const config = { matcher: "/edge" };

let tide;

export async function middleware(request) {
  tide ??= await Tidegate.load(new URL("/snapshot.json", request.url));
  return Response.json(tide.decide("new-checkout", { user: { email: "a@shop.example" } }));
}
