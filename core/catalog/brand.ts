import * as z from "zod";
import { IdSchema, type Resource } from "../platform/resources.ts";

export const CreateBrandSchema = z.lazy(() =>
  z
    .object({
      name: z.string().trim().min(1).max(100),
      slug: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .regex(/^[\p{L}\p{N}]+(-[\p{L}\p{N}]+)*$/u, "must be words of letters and digits joined by -")
        .optional(),
    })
    .strict(),
);

export interface Brand extends Resource {
  name: string;
  slug: string;
}

/** `Nike, Inc.` → `nike-inc`. Keeps letters of every script; a name without any becomes `brand`. */
export function slugOf(name: string): string {
  const words = name
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return words?.join("-").slice(0, 100) ?? "brand";
}

const PATTERN_KINDS = ["contains", "prefix", "words"] as const;

/**
 * No regular expressions: a tenant's pattern runs over every row of every import, and one with catastrophic
 * backtracking would stop them all.
 */
export const CreateBrandPatternSchema = z.lazy(() =>
  z
    .object({
      brandId: IdSchema,
      kind: z.enum(PATTERN_KINDS).describe("contains: anywhere; prefix: at the start; words: as whole words"),
      pattern: z.string().trim().min(2).max(100),
      position: z
        .number()
        .int()
        .min(0)
        .max(1_000_000)
        .default(1_000)
        .describe("Patterns are tried in this order, least first"),
    })
    .strict(),
);

export const TestBrandPatternsSchema = z.lazy(() => z.object({ text: z.string().max(1_000) }).strict());

export interface BrandPattern extends Resource {
  brandId: string;
  kind: (typeof PATTERN_KINDS)[number];
  pattern: string;
  position: number;
}

export interface BrandMatch {
  brandId: string;
  patternId: string;
  /** 0 to 1: whole words at the start are surest, a few letters somewhere in the text least sure. */
  confidence: number;
  /** The matched part of the folded text. */
  matched: string;
}

/** Patterns in the order in which they are tried; equal positions go by age. */
export function inOrder(patterns: BrandPattern[]): BrandPattern[] {
  return patterns.toSorted((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
}

/** The first pattern that fits, in order. Pure. */
export function matchBrand(patterns: BrandPattern[], text: string): BrandMatch | undefined {
  const folded = fold(text);
  for (const pattern of inOrder(patterns)) {
    const wanted = fold(pattern.pattern);
    const at = placeOf(pattern.kind, folded, wanted);
    if (at < 0) continue;
    return {
      brandId: pattern.brandId,
      patternId: pattern.id,
      confidence: confidence(pattern.kind, at, wanted),
      matched: wanted,
    };
  }
  return undefined;
}

function placeOf(kind: BrandPattern["kind"], text: string, wanted: string): number {
  if (kind === "prefix") return text.startsWith(wanted) ? 0 : -1;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (kind === "contains") return at;
    if (!isWordPart(text[at - 1]) && !isWordPart(text[at + wanted.length])) return at;
  }
  return -1;
}

function confidence(kind: BrandPattern["kind"], at: number, wanted: string): number {
  const byKind = { words: 0.9, prefix: 0.85, contains: 0.6 }[kind];
  const early = at === 0 ? 0.1 : 0;
  const short = wanted.length < 4 ? 0.2 : 0;
  return Math.round((byKind + early - short) * 100) / 100;
}

const fold = (text: string) => text.normalize("NFKC").toLowerCase().trim().replaceAll(/\s+/gu, " ");
const isWordPart = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}]/u.test(character);
