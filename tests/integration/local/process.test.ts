import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { get, newHome, startProcess } from "./started.ts";

const SOON = { timeout: 20_000, interval: 25 };

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

function emulatorPids(home: string): number[] {
  const data = join(home, ".stockwright/data");
  return ["dynamodb/dynoxide.pid", "sqs/fauxqs.pid"].map((file) => Number(readFileSync(join(data, file), "utf8")));
}

test("the first start writes the address, the key and the endpoints for this user's eyes only", async () => {
  const home = newHome();
  const started = startProcess(home);
  const { local } = await started.up;
  expect(local).toMatchObject({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    apiKey: "sk_demo",
    organizationId: "org_demo",
    stripeWebhookSecret: expect.stringMatching(/^whsec_.{20,}/),
    endpoints: { dynamodb: expect.any(String), sqs: expect.any(String), s3: expect.any(String) },
  });
  expect(statSync(join(home, ".stockwright/local.json")).mode & 0o777).toBe(0o600);
  expect(started.printed()).toContain("sk_demo");
});

test("schedules are called at the start, with EventBridge's event", async () => {
  const { url } = await startProcess(newHome()).up;
  await vi.waitFor(async () => expect(await get(`${url}/schedule`)).toBe("Scheduled Event"), SOON);
});

test("SIGTERM lets the request in flight be answered, ends the emulators and exits with 0", async () => {
  const home = newHome();
  const started = startProcess(home);
  const { url } = await started.up;
  const pids = emulatorPids(home);
  const held = get(`${url}/held`);
  await vi.waitFor(async () => expect(await get(`${url}/held-began`)).toBe("yes"), SOON);
  started.child.kill("SIGTERM");
  expect(await held).toBe("held to the end");
  expect(await started.ended).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
});

test("data, key and port survive a restart; --fresh begins anew", async () => {
  const home = newHome();
  const first = startProcess(home);
  const { url, local } = await first.up;
  await fetch(`${url}/kept`, { method: "PUT", body: "value" });
  first.child.kill("SIGTERM");
  await first.ended;

  const port = new URL(url).port;
  const second = startProcess(home, { env: { PORT: port } });
  const again = await second.up;
  // The stand-in of Stripe takes another port where its own was taken meanwhile.
  expect({ ...again.local, stripe: undefined }).toEqual({ ...local, stripe: undefined });
  expect(await get(`${again.url}/kept`)).toBe("value");
  second.child.kill("SIGTERM");
  await second.ended;

  const fresh = await startProcess(home, { args: ["--fresh"] }).up;
  expect(await get(`${fresh.url}/kept`)).toBeUndefined();
  expect(fresh.local["stripeWebhookSecret"]).not.toBe(local["stripeWebhookSecret"]);
});

test("SIGKILL ends the emulators too, and at the next start the message in flight is worked and nothing written is lost", async () => {
  const home = newHome();
  const killed = startProcess(home);
  const { url } = await killed.up;
  await fetch(`${url}/messages`, { method: "POST", body: "job" });
  await fetch(`${url}/seen-by-stream-before`, { method: "PUT", body: "x" });
  await vi.waitFor(async () => {
    expect(await get(`${url}/job-deliveries`)).toBe("1");
    expect(await get(`${url}/count-seen-by-stream-before`)).toBe("1");
  }, SOON);
  const pids = emulatorPids(home);
  killed.child.kill("SIGKILL");
  await killed.ended;

  const { url: next } = await startProcess(home).up;
  expect(pids.filter(isAlive)).toEqual([]);
  await fetch(`${next}/seen-by-stream-after`, { method: "PUT", body: "x" });
  await vi.waitFor(async () => {
    expect(await get(`${next}/job-done`)).toBe("yes");
    expect(await get(`${next}/count-seen-by-stream-after`)).toBe("1");
  }, SOON);
  expect(await get(`${next}/count-seen-by-stream-before`), "the stream went on, not over again").toBe("1");
});

test("killing npm alone ends the process in order, so that the next start finds port and data free", async () => {
  const home = newHome();
  const main = fileURLToPath(new URL("fixtures/main.ts", import.meta.url));
  const script = `import { spawn } from "node:child_process";
    const child = spawn(process.execPath, [${JSON.stringify(main)}], { stdio: "inherit" });
    console.log("pid=" + child.pid);`;
  const npm = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: home,
    env: { ...process.env, PORT: "0", npm_lifecycle_event: "start" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const printed = await new Promise<string>((resolve) => {
    let text = "";
    npm.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("Stockwright is running")) resolve(text);
    });
  });
  const orphan = Number(/pid=(\d+)/.exec(printed)?.[1]);
  onTestFinished(() => void (isAlive(orphan) && process.kill(orphan, "SIGKILL")));
  npm.kill("SIGKILL");
  await startProcess(home).up;
  expect(isAlive(orphan)).toBe(false);
});

test("a second start on the same data says who has it, and exits with 1", async () => {
  const home = newHome();
  const first = startProcess(home);
  await first.up;
  const second = startProcess(home);
  expect(await second.ended).toBe(1);
  expect(second.printed()).toContain(`Another Stockwright (process ${first.child.pid}) is running`);
});

test("a port that is taken is named, and the process exits with 1", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address ? String(address.port) : "";
  const started = startProcess(newHome(), { env: { PORT: port } });
  expect(await started.ended).toBe(1);
  expect(started.printed()).toContain(`Port ${port} is in use`);
});

test("--check-db says ok on a stopped and on a running system, and serves nothing", async () => {
  const home = newHome();
  const first = startProcess(home);
  await first.up;
  const beside = startProcess(home, { args: ["--check-db"] });
  expect(await beside.ended, beside.printed()).toBe(0);
  first.child.kill("SIGTERM");
  await first.ended;

  const alone = startProcess(home, { args: ["--check-db"] });
  expect(await alone.ended, alone.printed()).toBe(0);
  expect(alone.printed()).toContain("Database: ok");
  expect(alone.printed()).not.toContain("running");
});

test("--check-db exits with 1 where the database does not answer", async () => {
  const env = { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:9", AWS_REGION: "us-east-1" };
  const keys = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  const started = startProcess(newHome(), { args: ["--check-db"], env: { ...env, ...keys } });
  expect(await started.ended).toBe(1);
  expect(started.printed()).toContain("cannot be checked");
});

test("production is not started on the defaults of a laptop", async () => {
  const started = startProcess(newHome(), { env: { ENVIRONMENT: "production" } });
  expect(await started.ended).toBe(1);
  expect(started.printed()).toContain("SECRET_KEY must be set in production");
});

test("an option that does not exist is refused with the ones that do", async () => {
  const home = newHome();
  const started = startProcess(home, { args: ["--frehs"] });
  expect(await started.ended).toBe(1);
  expect(started.printed()).toContain("--fresh");
  expect(existsSync(join(home, ".stockwright"))).toBe(false);
});
