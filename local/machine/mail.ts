import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mail, Mailer } from "../../core/platform/mailer.ts";

/** A laptop's mailer: each mail is a file, so that a link or a code in it can be followed by hand and by tests. */
export function fileMailer(directory: string, now: () => number): Mailer {
  let count = 0;
  return {
    async send(mail) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const time = new Date(now()).toISOString().replaceAll(/[:.]/g, "-");
      const name = `${time}-${process.pid}-${String(++count).padStart(4, "0")}.txt`;
      writeFileSync(join(directory, name), asText(mail), { mode: 0o600 });
    },
  };
}

function asText({ to, subject, text }: Mail): string {
  return `To: ${to}\nSubject: ${subject}\n\n${text}`;
}
