/** `gid://shopify/Order/1` of `1`: REST and webhooks know things by their number, GraphQL by this. */
export const gid = (kind: string, id: string): string => (id.startsWith("gid://") ? id : `gid://shopify/${kind}/${id}`);

/** `1` of `gid://shopify/Order/1?x=y`. */
export const idOf = (text: string): string => /([^/?]+)(?:\?[^/]*)?$/.exec(text)?.[1] ?? text;
