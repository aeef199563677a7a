/**
 * SQS and S3 in a process of their own, so that the API's process spends its time on the API alone and a crash here
 * takes no function with it. Started by fauxqs.ts; ends when standard input closes, however its parent died.
 */
import { subscribe } from "node:diagnostics_channel";
import { writeFileSync } from "node:fs";
import { startFauxqs } from "fauxqs";

/** S3 takes 5 GB in one PUT; fauxqs as it comes refuses more than 11 MiB, less than many a supplier's feed. */
const LARGEST_PUT_BYTES = 1024 ** 3;

/** As much of fauxqs's own server (Fastify announces each on this channel) as is changed here. */
interface Server {
  addHook(name: "onRoute", hook: (route: { bodyLimit?: number }) => void): void;
  listen(options: object): Promise<string>;
}

const [port, dataDir, s3StorageDir, pidFile] = process.argv.slice(2);
if (!port || !dataDir || !s3StorageDir || !pidFile) throw new Error("fauxqs-process: port, two directories, pid file");

subscribe("fastify.initialization", (message) => {
  const { fastify } = message as { fastify: Server };
  fastify.addHook("onRoute", (route) => {
    route.bodyLimit = LARGEST_PUT_BYTES;
  });
  const listen = fastify.listen.bind(fastify);
  // fauxqs checks no signatures and would listen on every interface.
  fastify.listen = (options) => listen({ ...options, host: "127.0.0.1" });
});

const server = await startFauxqs({ port: Number(port), logger: false, dataDir, s3StorageDir });
writeFileSync(pidFile, String(process.pid));
process.stdin.resume();
process.stdin.once("end", () => {
  void server.stop().finally(() => process.exit(0));
});
process.stdout.write(`listening on ${server.port}\n`);
