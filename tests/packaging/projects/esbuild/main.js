import { Tidegate } from "tidegate";

const tide = await Tidegate.load("/snapshot.json");
const decision = tide.decide("new-checkout", { user: { email: "a@shop.example" } });
document.querySelector("output").textContent = JSON.stringify(decision);
