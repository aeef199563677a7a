import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** Real files lie beside the repository and are not part of it. */
export const DATA = new URL("../../../shared/data/", import.meta.url);

export function unpacked(path: string): Buffer {
  return gunzipSync(readFileSync(new URL(path, DATA)));
}

/** One file of a gzipped tar archive: blocks of 512 bytes, a header with name and octal size before each file. */
export function unpackedFromTar(path: string, name: string): Buffer {
  const archive = unpacked(path);
  for (let at = 0; at < archive.length; ) {
    const text = (from: number, to: number) => archive.toString("utf8", at + from, at + to).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 136), 8) || 0;
    if (`/${text(0, 100)}`.endsWith(`/${name}`)) return archive.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`${name} is not in ${path}`);
}

/** A CSV file's data rows, by its header. Shares no code with what it is to judge, and knows only well-formed files. */
export function rowsOf(file: Buffer): Record<string, string>[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = "", end] of file
    .toString("utf8")
    .matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  }
  const [header = [], ...data] = rows;
  return data.map((cells) => Object.fromEntries(header.map((name, place) => [name, cells[place] ?? ""])));
}

/**
 * Text such as `12.30` or `6.9e+01` in units of 10^-decimals, halves away from zero. Whole numbers all the way. Throws
 * on anything that is not a plain number.
 */
export function minorUnits(text: string, decimals: number): bigint {
  const parts = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/i.exec(text.trim());
  if (!parts) throw new Error(`${JSON.stringify(text)} is no number`);
  const [, whole = "", fraction = "", exponent = "0"] = parts;
  const shift = decimals + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return (2n * digits + divisor) / (2n * divisor);
}

/** `129500n` with two decimals as `1295.00`. */
export function majorUnits(minor: bigint, decimals: number): string {
  if (decimals === 0) return String(minor);
  const digits = String(minor).padStart(decimals + 1, "0");
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
