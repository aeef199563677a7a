import type { SESv2Client } from "@aws-sdk/client-sesv2";
import type { Mailer } from "./mailer.ts";

export interface SesMailerOptions {
  /** An address that SES may send from. */
  from: string;
  /** Loaded on first use. */
  client: () => Promise<SESv2Client>;
}

/** Amazon SES. */
export function sesMailer({ from, client }: SesMailerOptions): Mailer {
  return {
    async send({ to, subject, text }) {
      const [ses, { SendEmailCommand }] = await Promise.all([client(), import("@aws-sdk/client-sesv2")]);
      const utf8 = (Data: string) => ({ Data, Charset: "UTF-8" });
      await ses.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [to] },
          Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text) } } },
        }),
      );
    },
  };
}
