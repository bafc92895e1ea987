// A real server on loopback that serves a snapshot as docs/DELIVERY.md says, and misbehaves when it is told to.
import { createHash } from "node:crypto";
import { createServer } from "node:http";

export function etagOf(body) {
  return `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`;
}

export class Publisher {
  /** What was asked: method, path, headers, and when. */
  asked = [];
  /** How the next requests are answered, in place of the snapshot. */
  next = [];
  /** How all of them are, unless `next` says something. */
  always;
  /** What lies beside the snapshot: a file's type and content by its path, if there is such a file. */
  files = (_path) => undefined;
  /** Headers of every whole. */
  headers = {};
  /** The streams of events that are open. */
  streams = new Set();
  /** What a stream begins with. */
  greeting = () => `event: revision\ndata: ${JSON.stringify({ revision: this.snapshot.revision })}\n\n`;

  static async open(snapshot) {
    const publisher = new Publisher();
    publisher.snapshot = snapshot;
    publisher.server = createServer((request, response) => publisher.#answer(request, response));
    await new Promise((resolve) => publisher.server.listen(0, "127.0.0.1", resolve));
    publisher.origin = `http://127.0.0.1:${publisher.server.address().port}`;
    publisher.url = `${publisher.origin}/snapshot.json`;
    return publisher;
  }

  get body() {
    return Buffer.isBuffer(this.snapshot) ? this.snapshot : Buffer.from(JSON.stringify(this.snapshot));
  }

  get etag() {
    return etagOf(this.body);
  }

  /** How often the snapshot was asked for. */
  get count() {
    return this.asked.filter(({ path }) => path.startsWith("/snapshot")).length;
  }

  send(text) {
    for (const stream of this.streams) stream.write(text);
  }

  drop() {
    for (const stream of this.streams) stream.destroy();
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  #answer(request, response) {
    const { method, url: path, headers } = request;
    const file = this.files(path);
    if (file !== undefined) return response.writeHead(200, { "content-type": file.type }).end(file.content);
    this.asked.push({ method, path, headers, at: performance.now() });
    if (path === "/events") return this.#stream(response);
    const act = this.next.shift() ?? this.always;
    if (act !== undefined) return act(response, request);
    return this.serve(response, request);
  }

  serve(response, { headers }) {
    const { body, etag } = this;
    if (headers["if-none-match"] === etag) return response.writeHead(304, { etag, ...this.headers }).end();
    return response.writeHead(200, { etag, "content-type": "application/json", ...this.headers }).end(body);
  }

  #stream(response) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(this.greeting());
    this.streams.add(response);
    response.on("close", () => this.streams.delete(response));
  }
}

/** Waits until something holds, and fails where it doesn't within a few seconds. */
export async function until(holds, what = holds.toString()) {
  const end = performance.now() + 5000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it never came about: ${what}`);
    await pause(5);
  }
}

export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
