// A server on loopback that takes batches, and answers as it is told to.
import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";

/**
 * `answers` are for the requests to come, in order; after the last one everything is taken. An answer is a status, a status with
 * headers and a body, a function of the response, or "drop", which ends the connection.
 */
export async function receiver(answers = []) {
  const requests = [];
  const waiting = [];
  let open = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    open += 1;
    most = Math.max(most, open);
    response.on("close", () => {
      open -= 1;
    });
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      // The client went away.
      return;
    }
    const raw = Buffer.concat(chunks);
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    const { method, url, headers } = request;
    requests.push({ method, url, headers, bytes: raw.length, text: body.toString(), at: performance.now() });
    for (const check of waiting.splice(0)) check();
    const answer = answers.shift() ?? 200;
    if (answer === "drop") return request.socket.destroy();
    if (typeof answer === "function") return answer(response);
    const {
      status = 200,
      headers: given = {},
      body: said = "",
    } = typeof answer === "number" ? { status: answer } : answer;
    response.writeHead(status, given).end(said);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/exposures`,
    requests,
    /** The most requests that were under way at once. */
    get most() {
      return most;
    },
    /** Every row that came, in order, doubles too. */
    rows: () =>
      requests.flatMap(({ text }) =>
        text
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line)),
      ),
    /** Resolves once so many requests have come. */
    async came(count) {
      while (requests.length < count) await new Promise((resolve) => waiting.push(resolve));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
