import type { Field, Mapping } from "./mapping.ts";

/** Every column that a mapping names. */
export function mappedColumns(mapping: Mapping): string[] {
  const { sku, name, description, cost, price, competitorPrice, gtin, brand, category, familyKey, stock, externalId } =
    mapping;
  const fields = [
    sku,
    name,
    description,
    gtin,
    brand,
    category,
    familyKey,
    stock,
    externalId,
    ...Object.values(mapping.attributes ?? {}),
  ];
  const names = new Set(fields.flatMap((field) => (field === undefined ? [] : columnsOf(field))));
  for (const field of [cost, price, competitorPrice]) {
    if (field === undefined) continue;
    const given: Exclude<typeof field, string> = typeof field === "string" ? { column: field } : field;
    for (const column of [given.column, given.currencyColumn, given.surcharge?.column, ...(given.columns ?? [])])
      if (column !== undefined) names.add(column);
  }
  for (const image of [mapping.images ?? []].flat()) {
    if (typeof image === "string") names.add(image);
    else if ("column" in image) names.add(image.column);
  }
  for (const { column } of mapping.attributeLists ?? []) names.add(column);
  return [...names];
}

/** The columns that a field reads. */
export function columnsOf(field: Field): string[] {
  if (typeof field === "string") return [field];
  if ("column" in field) return [field.column];
  if ("columns" in field) return field.columns;
  return "template" in field ? [...field.template.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name) : [];
}
