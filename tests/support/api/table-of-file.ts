import { ownTable } from "../own-table.ts";

let table: Promise<string> | undefined;

/** The shops of a test file stand in one table, or none could see another's; the file looks at all that is stored. */
export const tableOfFile = (): Promise<string> => (table ??= ownTable());
