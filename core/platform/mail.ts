import type { Resources } from "./context.ts";
import { globalPartition, type Key } from "./keys.ts";
import type { Mail } from "./mailer.ts";
import { seal, unseal, UnsealError } from "./secrets.ts";
import type { Item, Write } from "./table.ts";

const KEPT_SECONDS = 24 * 3600;
const OPEN = globalPartition("MAIL", "OPEN");

type Sender = Pick<Resources, "config" | "table" | "log" | "now" | "mailer">;

/**
 * The mail as a write for the transaction of what it tells: the table's stream has it sent. Sealed, since mails carry
 * what opens accounts. No request calls a provider, so none shows by its time whether there was somebody to write to.
 */
export function mailWrite({ config, newId, now }: Pick<Resources, "config" | "newId" | "now">, mail: Mail): Write {
  const id = newId("mail");
  const sealed = seal(config, about(id), JSON.stringify(mail));
  return { put: { pk: OPEN, sk: id, entity: "mail", sealed, expiresAt: expiry(now) } };
}

/** A write like that of a mail, which sends nothing: for answers that must not show by their time that nobody was there. */
export function noMailWrite({ newId, now }: Pick<Resources, "newId" | "now">): Write {
  const pk = globalPartition("MAIL", "NONE");
  return { put: { pk, sk: newId("mail"), entity: "no-mail", expiresAt: expiry(now) } };
}

/** The mails that wait, oldest first; a hundred at most. */
export async function openMails(
  { table, config }: Pick<Resources, "table" | "config">,
  startAfter?: string,
): Promise<{ id: string; mail: Mail | undefined }[]> {
  const startKey = startAfter === undefined ? {} : { startKey: { pk: OPEN, sk: startAfter } };
  const page = await table.query<Item>({ pk: OPEN, limit: 100, consistent: true, ...startKey });
  return page.items.map((item) => ({ id: String(item["sk"]), mail: opened(config, item) }));
}

/**
 * Sends a mail that still waits, and forgets it. Resolves also when it could not be sent: whoever tells of the mail has
 * other things to do, and the sweep asks again every minute. A crash between the two may send it twice.
 */
export async function deliverMail(resources: Sender, id: string): Promise<void> {
  const { table, config, mailer, log } = resources;
  const key: Key = { pk: OPEN, sk: id };
  const item = await table.get<Item>(key, { consistent: true });
  if (!item) return;
  const mail = opened(config, item);
  try {
    if (mail) await mailer.send(mail);
    else log.error("A mail was sealed with another SECRET_KEY and is given up", { mailId: id });
  } catch (error) {
    log.error("A mail could not be sent and waits", { mailId: id, error });
    return;
  }
  await table.batchWrite([{ remove: key }]);
}

/** Tries again what waits, up to `until` (milliseconds since the epoch). Returns how many were tried. */
export async function deliverOpenMails(resources: Sender, { until }: { until: number }): Promise<number> {
  let startAfter: string | undefined;
  let tried = 0;
  do {
    const page = await openMails(resources, startAfter);
    for (const { id } of page) {
      if (resources.now() >= until) break;
      await deliverMail(resources, id);
      tried++;
    }
    startAfter = page.at(-1)?.id;
  } while (startAfter !== undefined && resources.now() < until);
  return tried;
}

/** Undefined where it was sealed with a key that is not configured any more. */
function opened(config: Resources["config"], item: Item): Mail | undefined {
  try {
    return JSON.parse(unseal(config, about(String(item["sk"])), String(item["sealed"]))) as Mail;
  } catch (error) {
    if (error instanceof UnsealError) return undefined;
    throw error;
  }
}

const about = (id: string) => `mail ${id}`;

function expiry(now: () => number): number {
  return Math.floor(now() / 1000) + KEPT_SECONDS;
}
