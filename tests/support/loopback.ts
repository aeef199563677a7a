import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface Loopback {
  url: string;
  port: number;
  requests: { method: string; path: string; headers: IncomingMessage["headers"]; body: string }[];
}

/** A real HTTP server for one test: answers in turn, the last one again and again. It goes with the test. */
export async function loopback(...answers: Answer[]): Promise<Loopback> {
  const requests: Loopback["requests"] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const answer = answers[Math.min(requests.length, answers.length - 1)];
      const { method = "", url = "", headers } = request;
      requests.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() });
      answer?.(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, requests };
}

/** An answer of this status, with a body. */
export function answer(status: number, headers: Record<string, string> = {}, body: string | Buffer = ""): Answer {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}
