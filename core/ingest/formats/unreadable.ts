export type UnreadableCode =
  | "EMPTY_FILE"
  | "NOT_TEXT"
  | "WRONG_ENCODING"
  | "HEADER_MISSING"
  | "HEADER_DUPLICATE"
  | "HEADER_UNREADABLE"
  | "TOO_MANY_COLUMNS"
  | "NOT_JSON_LINES"
  | "NOT_JSON"
  | "DOCUMENT_TOO_LARGE";

/** The file as a whole cannot be read, so no row of it is. A fault of one row is never this. */
export class UnreadableFileError extends Error {
  override readonly name = "UnreadableFileError";
  readonly code: UnreadableCode;

  constructor(code: UnreadableCode, message: string) {
    super(message);
    this.code = code;
  }
}
