// A worker that many requests share, whose exposures are sent after each answer.
import { Tidegate } from "tidegate";
import { httpSink, sendExposures } from "tidegate/exposures";

let tide;
let sender;

export default {
  async fetch(request, { SNAPSHOT, SINK }, context) {
    const { pathname } = new URL(request.url);
    tide ??= await Tidegate.load(SNAPSHOT);
    const sink = () => httpSink({ url: SINK, gzip: true });
    sender ??= sendExposures(tide, { sink: sink(), batch: { milliseconds: Number.POSITIVE_INFINITY } });
    if (pathname === "/stats") return Response.json(sender.stats);
    const { variant } = tide.decide("ranking", { targetingKey: pathname.slice(1) });
    context.waitUntil(sender.flush());
    return new Response(variant);
  },
};
