/** `npm start`: the cloud on one machine. See docs/local-cloud.md. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { handlersUnder } from "./machine/functions.ts";
import { messageOf } from "./machine/say.ts";
import { run } from "./run.ts";

if (existsSync(".env")) process.loadEnvFile(".env");

try {
  await run(process.argv.slice(2), {
    handlers: handlersUnder(fileURLToPath(new URL("..", import.meta.url))),
    // Imported only now that the environment is what the functions' own code will read.
    async prepare(homeDir) {
      const [{ createPrometheusMetrics }, { fileMailer }, { provideMailer, provideMetrics }] = await Promise.all([
        import("./machine/metrics.ts"),
        import("./machine/mail.ts"),
        import("../functions/resources.ts"),
      ]);
      provideMetrics(createPrometheusMetrics());
      if (!process.env["MAIL_FROM"]) provideMailer(fileMailer(join(homeDir, "mail"), Date.now));
    },
    createDemo: async () => (await import("./demo.ts")).createDemo(),
    openBusiness: async (...given) => (await import("./demo-business.ts")).openBusiness(...given),
  });
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
