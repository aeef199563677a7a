import { DependencyError } from "./errors.ts";

/** Plain text to one person. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** Where mail leaves. Throws when it was not taken; it may be asked again with the same mail. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
}

/** For a deployment without a sender: mails wait for one, for a day. */
export const NO_MAILER: Mailer = {
  async send() {
    throw new DependencyError("mail", "Mail cannot be sent: MAIL_FROM is not set");
  },
};
