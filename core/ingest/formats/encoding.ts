import { UnreadableFileError } from "./unreadable.ts";

/** The error for bytes that are not UTF-8, naming the first of them; `offset` is where they lie in the file. */
export function notUtf8(bytes: Buffer, offset: number): UnreadableFileError {
  const text = bytes.toString("utf8");
  const at = Buffer.byteLength(text.slice(0, text.indexOf("\uFFFD")));
  const byte = bytes[at]?.toString(16).toUpperCase().padStart(2, "0");
  return wrongEncoding(`is not UTF-8: byte 0x${byte} at offset ${offset + at} begins no character`);
}

export function wrongEncoding(what: string): UnreadableFileError {
  return new UnreadableFileError("WRONG_ENCODING", `The file ${what}. Save it as "CSV UTF-8" and send it again`);
}
