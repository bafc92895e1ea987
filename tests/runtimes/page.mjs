// Runs the program in this page, or in a worker that it starts, for whoever drives the browser.

const SCRIPT = "/script.mjs";

const PLACES = {
  page: async () => (await import(SCRIPT)).report(),
  worker: () => ask(new Worker(SCRIPT, { type: "module" })),
  serviceWorker: async () => {
    await navigator.serviceWorker.register(SCRIPT, { type: "module" });
    return await ask((await navigator.serviceWorker.ready).active);
  },
};

globalThis.runIn = (place) => PLACES[place]();

function ask(worker) {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => ("failure" in data ? reject(new Error(data.failure)) : resolve(data.report));
    worker.onerror = (event) => reject(new Error(event.message ?? "the worker could not be started"));
    worker.postMessage("run", [port2]);
  });
}
