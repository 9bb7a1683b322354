import type { Connector } from "../../connectors/kit/index.ts";

type Rules = Pick<Connector, "rules">;

/**
 * Who makes the invoice of an order or a package: by who ships it, where the source tells those apart. A source that is not
 * known here asks for nothing. Pure, as the other.
 */
export function invoicedBy(source: Rules | undefined, of: { readonly thirdPartyShipping: boolean }): "us" | "channel" {
  if (source === undefined) return "us";
  const { invoiceBy, invoiceOfSellerShipped = invoiceBy } = source.rules;
  return of.thirdPartyShipping ? invoiceBy : invoiceOfSellerShipped;
}

/** May some order of the source need a number of our own series? */
export function mayInvoiceHere(source: Rules | undefined): boolean {
  const shipping = source?.rules.thirdPartyShipping.allowed ?? [true];
  return shipping.some((thirdPartyShipping) => invoicedBy(source, { thirdPartyShipping }) === "us");
}
