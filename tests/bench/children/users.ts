import { Agent, request } from "node:http";
import { serve } from "../support/serve.ts";

export interface Visit {
  url: string;
  apiKey: string;
  users: number;
  seconds: number;
  /** Between an answer and the next request of a user, drawn evenly; in milliseconds. */
  thinkMs: [number, number];
  /** Users that come each second, until all are there. */
  spawnPerSecond: number;
  /** Each user goes on at another place of it, again and again. */
  paths: string[];
}

export interface Visited {
  /** Milliseconds from sending to the last byte of the answer. */
  latenciesMs: number[];
  failed: number;
  seconds: number;
}

/** So many users with a connection each, who ask, wait for the answer, think, and ask again until the time is over. */
async function visit({ url, apiKey, users, seconds, thinkMs, spawnPerSecond, paths }: Visit): Promise<Visited> {
  const latenciesMs: number[] = [];
  let failed = 0;
  const agents = Array.from({ length: users }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  // A busy Node accepts one connection a turn of its loop: who came late would wait for that, not for the answer.
  for (const agent of agents) await ask(agent, `${url}${paths[0] ?? ""}`, apiKey);
  const begun = performance.now();
  const until = begun + seconds * 1000;
  const user = async (agent: Agent, number: number) => {
    let place = (number * 7919) % paths.length;
    await pause((number / spawnPerSecond) * 1000);
    while (performance.now() < until) {
      const asked = performance.now();
      const status = await ask(agent, `${url}${paths[place] ?? ""}`, apiKey);
      latenciesMs.push(performance.now() - asked);
      if (status !== 200) failed++;
      place = (place + 1) % paths.length;
      await pause(thinkMs[0] + Math.random() * (thinkMs[1] - thinkMs[0]));
    }
    agent.destroy();
  };
  await Promise.all(agents.map(user));
  return { latenciesMs, failed, seconds: (performance.now() - begun) / 1000 };
}

function ask(agent: Agent, url: string, apiKey: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${apiKey}`, accept: "application/json", "accept-encoding": "gzip" };
    const asked = request(url, { agent, headers }, (answer) => {
      answer.resume();
      answer.once("end", () => resolve(answer.statusCode ?? 0));
    });
    asked.once("error", reject);
    asked.end();
  });
}

function pause(ms: number): Promise<void> {
  return ms > 0 ? new Promise((resolve) => void setTimeout(resolve, ms)) : Promise.resolve();
}

serve({ visit });
