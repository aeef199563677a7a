/** The app as a table of contents: one line per capability, in the order in which they need one another. */
export default $config({
  app(input) {
    const isProduction = input.stage === "production";
    return {
      name: "stockwright",
      home: "aws",
      // `protect` refuses `sst remove`; `retain` keeps the table and the bucket even when they leave the code.
      removal: isProduction ? "retain" : "remove",
      protect: isProduction,
    };
  },
  async run() {
    const { readStage } = await import("./stacks/stage.ts");
    const { createSecrets } = await import("./stacks/secrets.ts");
    const { createStorage } = await import("./stacks/storage.ts");
    const { createQueues } = await import("./stacks/queues.ts");
    const { createEnvironment } = await import("./stacks/environment.ts");
    const { createApi } = await import("./stacks/api.ts");
    const { createWorkers } = await import("./stacks/workers.ts");
    const { createStream } = await import("./stacks/stream.ts");
    const { createSchedules } = await import("./stacks/schedules.ts");
    const { createAlarms } = await import("./stacks/alarms.ts");

    const stage = readStage($app.stage, process.env);
    const secrets = createSecrets(stage);
    const storage = createStorage(stage);
    const queues = createQueues();
    const environment = createEnvironment({ stage, secrets, storage, queues });
    const cloud = { stage, storage, queues, environment };

    const api = createApi(cloud);
    const workers = createWorkers(cloud);
    const stream = createStream(cloud);
    const schedules = createSchedules(cloud);
    createAlarms({ stage, storage, queues, api, workers, stream, schedules });

    return { url: api.gateway.url, table: storage.table.name, bucket: storage.bucket.name };
  },
});
