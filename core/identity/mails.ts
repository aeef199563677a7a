import type { Config } from "../platform/config.ts";
import type { Mail } from "../platform/mailer.ts";

type Place = Pick<Config, "consoleUrl">;

interface Letter {
  to: string;
  token: string;
}

/** To somebody who wants an account, or in whose name somebody else does. */
export function registrationMail(config: Place, { to, token }: Letter): Mail {
  return {
    to,
    subject: "Confirm your e-mail address for Stockwright",
    text: letter(
      "Somebody, hopefully you, wants to open a Stockwright account with this address.",
      way(config, "verify-email", token, "To confirm it, within 24 hours"),
      "If it was not you, do nothing: without this there will be no account.",
    ),
  };
}

/** To somebody who has an account, from whom the asking page must not differ. */
export function alreadyRegisteredMail({ consoleUrl }: Place, to: string): Mail {
  return {
    to,
    subject: "You have a Stockwright account already",
    text: letter(
      "Somebody, hopefully you, wanted to open a Stockwright account with this address. You have one already.",
      `Sign in${consoleUrl ? ` at ${consoleUrl}` : ""}; if you have forgotten the password, ask there for a new one.`,
      "If it was not you, do nothing: nothing was changed.",
    ),
  };
}

export function resetMail(config: Place, { to, token }: Letter): Mail {
  return {
    to,
    subject: "Set a new password for Stockwright",
    text: letter(
      "Somebody, hopefully you, has asked for a new password for this address.",
      way(config, "reset-password", token, "To set one, within an hour"),
      "If it was not you, do nothing: the old password stays.",
    ),
  };
}

export function passwordChangedMail(to: string): Mail {
  return {
    to,
    subject: "Your Stockwright password was changed",
    text: letter(
      "The password of your account was changed, and every other session was ended.",
      "If it was not you, ask for a new password at once, and tell who runs your Stockwright.",
    ),
  };
}

export function invitationMail(config: Place, { to, organization, token }: Letter & { organization: string }): Mail {
  return {
    to,
    subject: `You are invited to ${oneLine(organization)} on Stockwright`,
    text: letter(
      `You are invited to work with ${oneLine(organization)} on Stockwright.`,
      way(config, "invitation", token, "To accept, within seven days"),
      "If you did not expect this, do nothing.",
    ),
  };
}

/** After the #, where no server on the way and no log of one sees it; following a link alone changes nothing. */
function way({ consoleUrl }: Place, page: string, token: string, what: string): string {
  if (consoleUrl === undefined) return `${what}, use this code:\n\n${token}`;
  return `${what}, open\n\n${consoleUrl}/${page}#token=${token}`;
}

function letter(...paragraphs: string[]): string {
  return `${["Hello,", ...paragraphs].join("\n\n")}\n`;
}

/** An organisation's name is its owner's to choose, and a subject has one line. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").slice(0, 100);
}
