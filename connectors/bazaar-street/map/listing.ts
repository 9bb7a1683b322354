/** The key of a listing: Bazaar Street names product and variant. */
export function listingKey(of: { readonly product: string; readonly variant: string }): string {
  return `${of.product}-${of.variant}`;
}
