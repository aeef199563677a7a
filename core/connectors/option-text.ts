/** What a Korean shop writes into the text of an option, apart from the option itself. */
export interface OptionText {
  /** The option's own words: `블랙:L`. */
  text: string;
  isSoldOut: boolean;
  /** Won that the option costs beyond the product, where its text says so; negative where it costs less. */
  surchargeWon?: number;
  /** Further lines: who delivers, and when. */
  notes: string[];
}

/** `(+20,000원)`, `(+ 20000 원)`, `[-1,000원]`. A number of more digits than a price has is part of a name. */
const SURCHARGE = /[([]\s*([+\-＋－])\s*(\d{1,3}(?:,\d{3}){0,3}|\d{1,12})\s*원\s*[)\]]/u;
const SOLD_OUT = /[([]\s*(?:일시\s*)?(?:품절|sold\s*out)\s*[)\]]|^(?:일시\s*)?품절$|\bsold\s*out\b/iu;

/** `블랙:L (+20,000원) (품절)` as its parts. Pure. Marks count wherever they stand; the first line is the option. */
export function readOptionText(raw: string): OptionText {
  const [first = "", ...rest] = raw.normalize("NFC").split(/\r\n|\r|\n/u);
  const surcharge = SURCHARGE.exec(raw);
  const text = first.replace(SURCHARGE, " ").replace(SOLD_OUT, " ").replaceAll(/\s+/gu, " ").trim();
  const [, sign = "", digits = ""] = surcharge ?? [];
  const won = Number(digits.replaceAll(",", ""));
  return {
    text,
    isSoldOut: SOLD_OUT.test(raw),
    ...(surcharge ? { surchargeWon: sign === "-" || sign === "－" ? -won : won } : {}),
    notes: rest.map((line) => line.trim()).filter((line) => line !== ""),
  };
}
