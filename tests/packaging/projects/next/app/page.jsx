"use client";
import { useEffect, useState } from "react";
import { Tidegate } from "tidegate";

export default function Page() {
  const [decision, setDecision] = useState();
  useEffect(() => {
    Tidegate.load("/snapshot.json").then((tide) => {
      setDecision(tide.decide("new-checkout", { user: { email: "a@shop.example" } }));
    });
  }, []);
  return <output>{JSON.stringify(decision)}</output>;
}
