/** A product as the REST API and the webhooks write it. */
export interface RestProduct {
  id: number;
  title: string;
  handle?: string;
  body_html?: string | null;
  vendor?: string;
  product_type?: string;
  tags?: string;
  status?: string;
  updated_at?: string;
  options?: { name: string }[];
  images?: { src: string }[];
  image?: { src: string } | null;
  variants: RestVariant[];
}

interface RestVariant {
  id: number;
  title: string;
  sku: string | null;
  barcode?: string | null;
  price: string;
  compare_at_price?: string | null;
  inventory_quantity?: number;
  inventory_management?: string | null;
  inventory_policy?: string;
  updated_at?: string;
  option1?: string | null;
  option2?: string | null;
  option3?: string | null;
}

/** The same in GraphQL's words: a node for each variant, by Shopify's own table of what is called how in which. */
export function variantNodes(product: RestProduct): object[] {
  return product.variants.map((variant) => {
    const { option1, option2, option3 } = variant;
    const values = [option1, option2, option3];
    const image = product.images?.[0]?.src;
    return {
      id: `gid://shopify/ProductVariant/${variant.id}`,
      title: variant.title,
      sku: variant.sku,
      barcode: variant.barcode,
      price: variant.price,
      compareAtPrice: variant.compare_at_price,
      inventoryQuantity: variant.inventory_quantity,
      inventoryPolicy: variant.inventory_policy?.toUpperCase(),
      availableForSale: variant.inventory_policy === "continue" || (variant.inventory_quantity ?? 0) > 0,
      updatedAt: variant.updated_at,
      selectedOptions: values.flatMap((value, place) =>
        value ? [{ name: product.options?.[place]?.name ?? `Option ${place + 1}`, value }] : [],
      ),
      inventoryItem: { tracked: variant.inventory_management === "shopify", unitCost: null },
      product: {
        id: `gid://shopify/Product/${product.id}`,
        title: product.title,
        handle: product.handle,
        descriptionHtml: product.body_html,
        vendor: product.vendor,
        productType: product.product_type,
        status: (product.status ?? "active").toUpperCase(),
        tags: product.tags?.split(", ") ?? [],
        updatedAt: product.updated_at,
        onlineStoreUrl: null,
        category: null,
        featuredMedia: image === undefined ? null : { preview: { image: { url: image } } },
      },
    };
  });
}
