// In a browser's page, and in its dedicated and service workers, which are asked by a message with a port.
import { run } from "./program.mjs";

export async function report() {
  const response = await fetch("/vectors.json");
  return await run(await response.json(), "/snapshot.json");
}

addEventListener("message", (event) => {
  const [port] = event.ports;
  if (port === undefined) return;
  const done = report().then(
    (report) => port.postMessage({ report }),
    (error) => port.postMessage({ failure: String(error) }),
  );
  // A service worker may be ended as soon as it has nothing to wait for.
  event.waitUntil?.(done);
});
