import * as z from "zod";
import { IdSchema, type Resource } from "../platform/resources.ts";

const SIZE_SYSTEMS = ["US", "UK", "EU", "JP", "KR"] as const;
export type SizeSystem = (typeof SIZE_SYSTEMS)[number];

const equivalents = z.lazy(() => z.partialRecord(z.enum(SIZE_SYSTEMS), z.string().trim().min(1).max(20)));

export const CreateSizeSchema = z.lazy(() =>
  z
    .object({
      brandId: IdSchema.optional().describe("Size tables differ by brand; without one the row holds for all"),
      audience: z.enum(["men", "women", "kids", "unisex"]).default("unisex"),
      equivalents: equivalents
        .refine((row) => Object.keys(row).length > 0, "must name the size in at least one system")
        .describe("One size as each system calls it: EU 44 is US 10, UK 9, JP and KR 280"),
    })
    .strict(),
);

export const NormalizeSizeSchema = z.lazy(() =>
  z
    .object({
      text: z.string().trim().min(1).max(50),
      brandId: IdSchema.optional(),
      audience: z.enum(["men", "women", "kids", "unisex"]).optional(),
    })
    .strict(),
);

export interface Size extends Resource {
  brandId?: string;
  audience: "men" | "women" | "kids" | "unisex";
  equivalents: Partial<Record<SizeSystem, string>>;
}

export interface ReadSize {
  system?: SizeSystem;
  /** `9.5`, `270`, `XL`: without system, decimals as written but for trailing zeros. */
  value: string;
  soldOut: boolean;
}

/** `US 9.5`, `9½ US`, `EU42`, `270mm`, `XL (품절)` as system and value. Pure. */
export function readSize(text: string): ReadSize {
  let rest = text.normalize("NFKC").trim();
  const soldOut = rest.includes("품절") || /sold\s*out/i.test(rest);
  rest = rest.replaceAll(/[([]?\s*(품절|sold\s*out)\s*[)\]]?/gi, " ").trim();
  const system = /(?:^|[^A-Z])(US|UK|EU|JP|KR)(?![A-Z])/i.exec(rest)?.[1]?.toUpperCase() as SizeSystem | undefined;
  if (system) rest = rest.replace(new RegExp(system, "i"), " ");
  // NFKC writes ½ as 1⁄2 (fraction slash), glued to the number before it.
  rest = rest
    .replace(/(\d+)\s*1\u20442/u, "$1.5")
    .replace(/\s*mm$/i, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
  const value = /^\d+(\.\d+)?$/.test(rest)
    ? rest
        .replace(/^0+(?=\d)/, "")
        .replace(/(\.\d*?)0+$/, "$1")
        .replace(/\.$/, "")
    : rest.toUpperCase();
  return { ...(system ? { system } : {}), value, soldOut };
}

/** The row of the table that a size stands in: the brand's own rows before the general ones. Pure. */
export function findSize(
  sizes: Size[],
  read: ReadSize,
  brandId?: string,
  audience?: Size["audience"],
): Size | undefined {
  const fits = (size: Size) =>
    (audience === undefined || size.audience === audience || size.audience === "unisex") && holds(size, read);
  return (
    sizes.find((size) => size.brandId === brandId && brandId !== undefined && fits(size)) ??
    sizes.find((size) => size.brandId === undefined && fits(size))
  );
}

/** Every row of the table that a size may stand in. Pure. */
export function findSizes(sizes: Size[], read: ReadSize): Size[] {
  return sizes.filter((size) => holds(size, read));
}

function holds({ equivalents }: Size, { system, value }: ReadSize): boolean {
  return system ? equivalents[system] === value : Object.values(equivalents).includes(value);
}
