import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { deliverMail, deliverOpenMails, mailWrite } from "../../../core/platform/mail.ts";
import { type Mail, type Mailer, NO_MAILER } from "../../../core/platform/mailer.ts";
import { fileMailer } from "../../../local/machine/mail.ts";
import { cloudContext } from "../../support/cloud.ts";
import { freshAddress } from "../../support/people.ts";
import { recordingLog } from "../../support/recording.ts";

function recordingMailer(fail = false): Mailer & { sent: Mail[] } {
  const sent: Mail[] = [];
  return {
    sent,
    async send(mail) {
      if (fail) throw new Error("The post office is closed");
      sent.push(mail);
    },
  };
}

async function posted(changes: Partial<Mail> = {}) {
  const mailer = recordingMailer();
  const ctx = cloudContext({ mailer });
  const mail = { to: freshAddress(), subject: "Hello", text: "A secret token\n", ...changes };
  const write = mailWrite(ctx, mail);
  await ctx.table.transact([write]);
  const id = "put" in write ? write.put.sk : "";
  return { ctx, mailer, mail, id, write };
}

const isOpen = async (id: string) =>
  (await cloudContext().table.get({ pk: "MAIL#OPEN" as never, sk: id }, { consistent: true })) !== undefined;

describe("a mail", () => {
  test("rests sealed, is sent once, and is gone then", async () => {
    const { ctx, mailer, mail, id, write } = await posted();
    expect(JSON.stringify(write)).not.toContain("secret token");
    expect(JSON.stringify(write)).not.toContain(mail.to);
    await deliverMail(ctx, id);
    await deliverMail(ctx, id);
    expect(mailer.sent).toEqual([mail]);
    expect(await isOpen(id)).toBe(false);
  });

  test("that cannot be sent stops nobody, and waits for the sweep", async () => {
    const { ctx, id, mail } = await posted();
    const log = recordingLog();
    for (const closed of [recordingMailer(true), NO_MAILER]) await deliverMail({ ...ctx, log, mailer: closed }, id);
    expect(log.lines.map(({ message }) => message)).toEqual(Array(2).fill("A mail could not be sent and waits"));
    expect(JSON.stringify(log.lines)).not.toContain("secret token");
    expect(await isOpen(id)).toBe(true);
    const open = recordingMailer();
    // Others' mails wait in the same place for those who look for them.
    const query = ((input: Parameters<typeof ctx.table.query>[0]) =>
      ctx.table.query({ ...input, from: id, to: id })) as typeof ctx.table.query;
    const sweeper = { ...ctx, mailer: open, table: { ...ctx.table, query } };
    expect(await deliverOpenMails(sweeper, { until: 0 })).toBe(0);
    expect(await deliverOpenMails(sweeper, { until: Infinity })).toBe(1);
    expect(open.sent).toEqual([mail]);
    expect(await isOpen(id)).toBe(false);
  });

  test("of which the key is gone is given up, with a line in the log", async () => {
    const { ctx, id, mailer } = await posted();
    const log = recordingLog();
    const config = { ...ctx.config, secretKey: "another key of the tests, long enough" };
    await deliverMail({ ...ctx, config, log }, id);
    expect(log.lines).toMatchObject([{ level: "error", fields: { mailId: id } }]);
    expect(mailer.sent).toEqual([]);
    expect(await isOpen(id)).toBe(false);
  });

  test("is a file for its owner's eyes on a laptop", async () => {
    const directory = mkdtempSync(join(tmpdir(), "stockwright-mail-"));
    try {
      const mailer = fileMailer(join(directory, "mail"), () => 0);
      for (const to of ["a@example.com", "b@example.com"]) await mailer.send({ to, subject: "Hello", text: "Text\n" });
      const files = readdirSync(join(directory, "mail")).toSorted();
      expect(files).toHaveLength(2);
      const [first = ""] = files;
      expect(readFileSync(join(directory, "mail", first), "utf8")).toBe("To: a@example.com\nSubject: Hello\n\nText\n");
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
