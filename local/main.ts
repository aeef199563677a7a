/** `npm start`: the cloud on one machine. See docs/local-cloud.md. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { handlersUnder } from "./machine/functions.ts";
import { messageOf } from "./machine/say.ts";
import { run } from "./run.ts";

if (existsSync(".env")) process.loadEnvFile(".env");

try {
  await run(process.argv.slice(2), {
    handlers: handlersUnder(fileURLToPath(new URL("..", import.meta.url))),
    // Imported only now that the environment is what the functions' own code will read.
    async prepare() {
      const [{ createPrometheusMetrics }, { provideMetrics }] = await Promise.all([
        import("./machine/metrics.ts"),
        import("../functions/resources.ts"),
      ]);
      provideMetrics(createPrometheusMetrics());
    },
    createDemo: async () => (await import("./demo.ts")).createDemo(),
  });
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
