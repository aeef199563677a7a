import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import * as Audit from "../core/audit/index.ts";
import * as Catalog from "../core/catalog/index.ts";
import * as Channels from "../core/channels/index.ts";
import * as Finance from "../core/finance/index.ts";
import * as Listings from "../core/listings/index.ts";
import * as Outbound from "../core/outbound/index.ts";
import type { Resources } from "../core/platform/context.ts";
import { deliverMail } from "../core/platform/mail.ts";
import { defined } from "../core/platform/defined.ts";
import type { Item } from "../core/platform/table.ts";
import { processResources } from "./resources.ts";

/** Words of which this process knows that the index has them: they are not asked for again. */
const knownWords = Catalog.createKnownWords();

/** Where quantities and prices go: our own shop, and each channel by the organisation's account there. */
const targets = Channels.listingTargets();

/** Who is to be told of events, remembered for some seconds. */
const directories = Outbound.createDirectories(() => processResources().now());

/**
 * What the table's stream brings: products go to the search index, changes of stock and listings to what channels are
 * told, dispatches to their channels, events to the books, the audit log and webhook endpoints, mails to who sends them.
 * A record that cannot be worked is reported as the first failure: the stream stands there and tries again, so nothing
 * overtakes it.
 */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const resources = processResources();
  try {
    await workOn(event.Records);
    return { batchItemFailures: [] };
  } catch (error) {
    resources.log.warn("A batch of the stream failed and is worked record by record", {
      records: event.Records.length,
      error,
    });
    return { batchItemFailures: await firstFailure(event.Records) };
  } finally {
    resources.metrics.flush();
  }
}

async function workOn(records: DynamoDBRecord[]): Promise<void> {
  const resources = processResources();
  const { metrics, now } = resources;
  const changes = records.map(({ dynamodb }) => {
    const seconds = dynamodb?.ApproximateCreationDateTime;
    return defined({
      old: image(dynamodb?.OldImage),
      new: image(dynamodb?.NewImage),
      writtenAt: seconds === undefined ? undefined : seconds * 1000,
    });
  });
  const products = changes.filter((change) => isProduct(change.old) || isProduct(change.new));
  // First what can be sold twice while it waits.
  await Listings.projectQuantities(resources, changes, { targets });
  if (products.length > 0) await Catalog.projectSearch({ table: resources.table, knownWords }, products);
  await Channels.noteFulfilments(resources, changes);
  await Finance.matchRecorded(resources, changes);
  await closeEndedPages(resources, changes);
  await Audit.appendEvents(resources, changes);
  await Outbound.fanOut(resources, directories, changes);
  await Promise.all(changes.flatMap((change) => (isNewMail(change) ? deliverMail(resources, mailId(change)) : [])));
  for (const change of changes) {
    if (change.new?.["entity"] === "event" && !change.old)
      metrics.count("events_published_total", { type: String(change.new["type"]) });
    if (change.writtenAt !== undefined && isProduct(change.new))
      metrics.observe("search_projection_lag_seconds", {}, Math.max(0, now() - change.writtenAt) / 1000);
  }
}

/** Its code comes with the first event of an order: without Stripe, never. */
async function closeEndedPages(resources: Resources, changes: readonly { old?: Item; new?: Item }[]): Promise<void> {
  if (resources.config.stripe.secretKey === undefined) return;
  const isOfOrder = (change: { new?: Item }) =>
    change.new?.["entity"] === "event" && String(change.new["type"]).startsWith("order.");
  if (!changes.some(isOfOrder)) return;
  const Billing = await import("../core/billing/index.ts");
  await Billing.noteEndedOrders(resources, changes);
}

/** One by one, in order, up to the first that fails. */
async function firstFailure(records: DynamoDBRecord[]): Promise<DynamoDBBatchResponse["batchItemFailures"]> {
  for (const record of records) {
    try {
      await workOn([record]);
    } catch (error) {
      const sequence = record.dynamodb?.SequenceNumber ?? "";
      processResources().log.error("A record of the stream could not be worked", { sequence, error });
      return [{ itemIdentifier: sequence }];
    }
  }
  return [];
}

type Image = NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"];

function image(attributes: Image): Item | undefined {
  return attributes && unmarshall(attributes as Parameters<typeof unmarshall>[0]);
}

const isNewMail = (change: { old?: Item; new?: Item }) => change.new?.["entity"] === "mail" && !change.old;
const mailId = (change: { new?: Item }) => String(change.new?.["sk"]);
const isProduct = (item: Item | undefined) => item?.["entity"] === "product";
