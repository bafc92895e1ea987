// Load on a server on loopback: so many requests at once, each of a visitor of its own, over connections that are kept.

import { randomUUID } from "node:crypto";
import { Agent, get } from "node:http";

/** Sends `count` requests, `atOnce` at a time; answers how long each took, in milliseconds, and how long all of them took. */
export async function load(url, count, atOnce) {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const times = [];
  let left = count;
  const began = performance.now();
  const lane = async () => {
    while (left-- > 0) times.push(await timed(url, agent));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const took = performance.now() - began;
  agent.destroy();
  return { times, took };
}

function timed(url, agent) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { cookie: `visitor=${randomUUID()}` };
    const request = get(url, { agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`\`${url}\` answered ${response.statusCode}`));
      response.resume();
      response.on("end", () => resolve(performance.now() - began));
    });
    request.on("error", reject);
  });
}
