import { readOptionText } from "../option-text.ts";
import type { SourceOption } from "../capabilities.ts";
import type { Money } from "../../platform/money.ts";
import { CURRENCY } from "./constants.ts";
import { money } from "./money.ts";
import type { WireOption } from "./wire.ts";

/** By what an option is known: its key, or where it has none its texts as they came. */
export function optionId({ key, optionAttributes }: WireOption): string {
  return key || (optionAttributes ?? []).map(({ name, value }) => `${name}=${value}`).join(",");
}

/** Those that a buyer chooses from. An item without a choice has one entry, without attributes, for its quantity. */
export function isChoice({ optionAttributes }: WireOption): boolean {
  return (optionAttributes ?? []).length > 0;
}

/** Throws MoneyUnreadable. */
export function readOption(option: WireOption, itemPrice: Money | undefined): SourceOption {
  const texts = (option.optionAttributes ?? []).map(({ name, value }) => ({ name, read: readOptionText(value) }));
  const quantity = Math.max(0, option.quantity ?? 0);
  const isSoldOut = texts.some(({ read }) => read.isSoldOut) || (option.status ?? "available") !== "available";
  const surcharge = surchargeOf(option, itemPrice, texts);
  return {
    externalId: optionId(option),
    values: Object.fromEntries(texts.map(({ name, read }) => [name.trim(), read.text])),
    ...(surcharge === undefined ? {} : { surcharge }),
    quantity: isSoldOut ? 0 : quantity,
    isAvailable: !isSoldOut && quantity > 0,
  };
}

/** The option's own price says what it costs; its text is believed where the price tells no difference. */
function surchargeOf(
  option: WireOption,
  itemPrice: Money | undefined,
  texts: { read: { surchargeWon?: number } }[],
): Money | undefined {
  const price = money(option.price, "options.price");
  const differs = price && itemPrice ? price.minor - itemPrice.minor : 0;
  const written = texts.reduce((sum, { read }) => sum + (read.surchargeWon ?? 0), 0);
  const minor = differs === 0 ? written : differs;
  return minor === 0 ? undefined : { minor, currency: CURRENCY };
}
