import { readRecords, START } from "../../core/ingest/formats/index.ts";
import type { FormatSpec } from "../../core/ingest/formats/format.ts";
import { type MappingInput, MappingSchema } from "../../core/ingest/mapping.ts";
import type { Parsed, SourceState } from "../../core/ingest/record.ts";

export const SHOPIFY: FormatSpec = { format: "shopify", currency: "USD" };

export function csvSpec(mapping: MappingInput, currency = "USD"): FormatSpec {
  return { format: "csv", currency, mapping: MappingSchema.parse(mapping) };
}

export function jsonLinesSpec(mapping: MappingInput, currency = "USD"): FormatSpec {
  return { format: "jsonl", currency, mapping: MappingSchema.parse(mapping) };
}

/** The bytes in pieces of the given sizes, in turn. */
export async function* inChunks(
  file: string | Uint8Array,
  sizes: readonly number[] = [65_536],
): AsyncGenerator<Uint8Array> {
  const bytes = typeof file === "string" ? Buffer.from(file) : file;
  let turn = 0;
  for (let at = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

export interface Reading {
  records: Parsed[];
  /** Of each record, where reading would go on after it. */
  states: SourceState[];
  state: SourceState;
}

export async function readAll(
  file: string | Uint8Array,
  spec: FormatSpec,
  options: { sizes?: number[]; from?: SourceState } = {},
): Promise<Reading> {
  const bytes = typeof file === "string" ? Buffer.from(file) : file;
  const state: SourceState = structuredClone({ ...(options.from ?? START) });
  const records: Parsed[] = [];
  const states: SourceState[] = [];
  for await (const record of readRecords(inChunks(bytes.subarray(state.offset), options.sizes), spec, state)) {
    records.push(record);
    states.push(structuredClone(state));
  }
  return { records, states, state };
}

/** `row:CODE` of every fault, in order. */
export function faultsOf(records: readonly Parsed[]): string[] {
  return records.flatMap(({ rows, faults = [] }) =>
    faults.map(({ path, code }) => `${rows[0]}:${path === "" ? "" : `${path} `}${code}`),
  );
}

export function skusOf(records: readonly Parsed[]): string[] {
  return records.flatMap(({ record }) => record?.sku ?? []);
}
