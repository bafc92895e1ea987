// The worker template without its decisions: the same site, a constant in their place.
const SCRIPT = '<script type="application/json" id="flags">{}</script>';

export default {
  async fetch(request, env) {
    const page = await env.ASSETS.fetch(request);
    const rewritten = new HTMLRewriter()
      .on("head", { element: (head) => void head.prepend(SCRIPT, { html: true }) })
      .transform(page);
    const response = new Response(rewritten.body, rewritten);
    response.headers.set("cache-control", "private, no-cache");
    response.headers.delete("etag");
    return response;
  },
};
