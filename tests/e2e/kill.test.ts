import { beforeAll, describe, expect, it } from "vitest";
import type { Client, Verdict, Work } from "../support/client.ts";
import { FEED_HEADER, FEED_MAPPING, feedRow } from "../support/generate-feed.ts";
import { csvLine } from "../../core/platform/csv-writer.ts";
import { emulatorPids, newHome, newNpmHome, NPM_START, startSystem, type System } from "./system.ts";

/** More show more, and take longer: `E2E_ROWS=20000 npx vitest run tests/e2e/kill.test.ts`. */
const ROWS = Number(process.env["E2E_ROWS"] ?? 1_500);
const FEED = { format: "csv", mapping: FEED_MAPPING };

/** Every fortieth row cannot be taken, for one reason or another. */
function feed(): string {
  const cells = (row: number): string[] => {
    const good = feedRow(row, { rows: ROWS });
    const spoil = row % 40 === 0 ? (row / 40) % 4 : undefined;
    if (spoil === 0) good[0] = "";
    if (spoil === 1) good[0] = feedRow(row - 1, { rows: ROWS })[0] ?? "";
    if (spoil === 2) good[4] = "0.01";
    if (spoil === 3) good.pop();
    return good;
  };
  return [FEED_HEADER, ...Array.from({ length: ROWS }, (_, index) => cells(index + 1))]
    .map((row) => csvLine(row))
    .join("");
}

/** All that an import leaves behind, without ids and times. */
async function left(client: Client, importId: string) {
  const { total, processed, accepted, rejected, unchanged, created, updated } = await client.get<Work>(
    `/v1/imports/${importId}`,
  );
  const records = await client.records(importId);
  const products = await client.all<{ sku: string; version: number; price: object }>("/v1/products");
  return {
    counts: { total, processed, accepted, rejected, unchanged, created, updated },
    records: records.map(({ row, status, action, faults }: Verdict) => ({ row, status, action, faults })),
    products: products.map(({ sku, version, price }) => ({ sku, version, price })),
    total: (await client.get("/v1/products?limit=1"))["total"],
    refused: await refusedRows(client, importId),
  };
}

async function refusedRows(client: Client, importId: string): Promise<string> {
  const { headers } = await client.request("GET", `/v1/imports/${importId}/refused.csv`, { expected: 302 });
  return (await fetch(headers.get("location") ?? "")).text();
}

interface Moment {
  name: string;
  come: (work: Work) => boolean;
}
const NEAR_THE_END = Math.floor(ROWS * 0.9);
const MOMENTS: Moment[] = [
  { name: "before or while its file is scanned", come: () => true },
  { name: "while its rows are applied", come: ({ processed }) => processed > ROWS / 4 },
  { name: "near its end", come: ({ processed }) => processed >= NEAR_THE_END },
];

describe("an import in a system that is killed", () => {
  const file = feed();
  let undisturbed: Awaited<ReturnType<typeof left>>;

  beforeAll(async () => {
    const { client, stop } = await startSystem(newHome());
    const { id } = await client.importFile(file, FEED);
    undisturbed = await left(client, id);
    const rejected = Math.floor(ROWS / 40);
    expect(undisturbed.counts).toMatchObject({ total: ROWS, processed: ROWS, accepted: ROWS - rejected, rejected });
    expect(undisturbed.total).toBe(ROWS - rejected);
    await stop();
  }, 600_000);

  /** Starts an import, and ends the system in this way as soon as the moment has come. */
  async function cutOff(home: string, { come }: Moment, end: (system: System) => Promise<unknown>): Promise<string> {
    const system = await startSystem(home, { command: NPM_START });
    const id = await system.client.queueImport(await system.client.upload(file), FEED);
    const then = await system.client.reached(`/v1/imports/${id}`, come);
    expect(then.status, "The moment to kill was missed").not.toBe("succeeded");
    await end(system);
    return id;
  }

  it.concurrent.each(MOMENTS)(
    "$name, by SIGKILL to npm start and all it runs, ends as if nothing had happened",
    async (moment) => {
      const home = newNpmHome();
      const id = await cutOff(home, moment, async (system) => {
        const emulators = emulatorPids(home);
        await system.kill();
        for (const pid of emulators) killed(pid);
      });
      const { client } = await startSystem(home, { command: NPM_START });
      expect(await client.finished(`/v1/imports/${id}`)).toMatchObject({ status: "succeeded" });
      expect(await left(client, id)).toEqual(undisturbed);
    },
    600_000,
  );

  it.concurrent("by SIGKILL to npm alone ends as if nothing had happened", async () => {
    const home = newNpmHome();
    const [, moment] = MOMENTS;
    const id = await cutOff(home, moment ?? { name: "", come: () => true }, async ({ child, ended }) => {
      child.kill("SIGKILL");
      await ended;
    });
    const { client } = await startSystem(home, { command: NPM_START });
    expect(await client.finished(`/v1/imports/${id}`)).toMatchObject({ status: "succeeded" });
    expect(await left(client, id)).toEqual(undisturbed);
  }, 600_000);

  it.concurrent("and started with --fresh is gone with all its data, and its file can be imported anew", async () => {
    const home = newNpmHome();
    const [, moment] = MOMENTS;
    const id = await cutOff(home, moment ?? { name: "", come: () => true }, (system) => system.kill());
    const { client } = await startSystem(home, { command: NPM_START, args: ["--", "--fresh"] });
    expect(await client.request("GET", `/v1/imports/${id}`)).toMatchObject({ status: 404 });
    expect(await client.get("/v1/products")).toMatchObject({ items: [], total: 0 });
    const again = await client.importFile(file, FEED);
    expect(await left(client, again.id)).toEqual(undisturbed);
  }, 600_000);
});

/** An emulator that has not ended by itself yet is killed with the rest. */
function killed(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
