import type { SESv2Client } from "@aws-sdk/client-sesv2";
import { expect, test } from "vitest";
import { sesMailer } from "../../../core/platform/mail-ses.ts";

test("a mail goes to SES as plain text in UTF-8, from the one sender, to one person", async () => {
  const sent: unknown[] = [];
  const client = { send: async ({ input }: { input: unknown }) => void sent.push(input) } as unknown as SESv2Client;
  const mailer = sesMailer({ from: "hello@shop.example", client: async () => client });
  await mailer.send({ to: "mina@hanriver.example", subject: "한강", text: "안녕\n" });
  expect(sent).toEqual([
    {
      FromEmailAddress: "hello@shop.example",
      Destination: { ToAddresses: ["mina@hanriver.example"] },
      Content: {
        Simple: {
          Subject: { Data: "한강", Charset: "UTF-8" },
          Body: { Text: { Data: "안녕\n", Charset: "UTF-8" } },
        },
      },
    },
  ]);
});
