/** Small readings of JSON that every map of the protocol shares. Pure. */

export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Unused texts come as "", null or the word NULL (advice of the 2020 edition). */
export function text(value: string | null | undefined): string | null {
  const trimmed = value?.trim() ?? "";
  return trimmed === "" || trimmed === "NULL" ? null : trimmed;
}

/** A member that is a text in use, whatever else the value may be. */
export function textMember(value: unknown, name: string): string | null {
  const member = isJson(value) ? value[name] : undefined;
  return typeof member === "string" ? text(member) : null;
}

/** Key of a listing: the protocol's own composition in pushed returns. */
export function channelProductId(productId: string, variantId: string): string {
  return `${productId}-${variantId}`;
}

export function excerpt(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 120);
}
