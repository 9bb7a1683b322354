/** Number, date and taxes of the invoices that a channel makes. */

import { invoiceOf } from "./parcels.ts";
import { sellerOf } from "./parties.ts";
import { type Parts, serveOffered } from "./parts.ts";
import { productTaxes } from "./taxes.ts";
import { wallTime } from "./wire.ts";

const NOT_YET = { status: 404, body: { message: "Invoice not available" } } as const;

export function serveInvoices(parts: Parts): void {
  const { sim } = parts;
  serveOffered(
    parts,
    "getInvoiceDetails",
    ({ query, seller, at, fault }) => {
      const order = sim.world.orders.get(query.orderId);
      if (!order || order.seller !== seller)
        return { status: 400, body: { errors: [{ code: "NOT_FOUND", message: `no order ${query.orderId}` }] } };
      if (fault) return fault.message === null ? NOT_YET : { status: 404, body: { message: fault.message } };
      const answer = invoiceOf(parts, order, "INVOICE", at);
      if (answer.is === "not yet") return NOT_YET;
      if (answer.is === "never")
        return { status: 400, body: { errors: [{ code: "NOT_INVOICEABLE", message: answer.why }] } };
      const { number: code, issuedAt } = answer.invoice;
      const taxes = productTaxes(sim.world, order, sellerOf(parts, order.seller).state);
      const body = { code, invoiceDate: wallTime(issuedAt), productTaxes: taxes };
      return { status: 200, orderIds: [order.id], body };
    },
    ["failed"],
  );
}
