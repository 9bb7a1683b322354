/** The invoice with which AJIO buys a packed order: not of the protocol, and assumed by us (`../contract`). */
import { badAnswer, fail, type OperationTable, succeed } from "../../kit/index.ts";
import { isJson } from "../../protocol/map/json.ts";
import { fetchedOf } from "../../protocol/operations/send.ts";
import { type TokenForm, withToken } from "../../protocol/operations/token.ts";
import { readB2bInvoice } from "../map/b2b-invoice.ts";
import { fittingAjio, sendAjio } from "./send.ts";

/**
 * Number, date, buyer, values and PDF of the B2B invoice. Not made yet: 404, 202, or an answer without a number. Asking
 * again gives the same invoice, so a lost answer is asked again.
 */
export function fetchB2bInvoiceWith(form: TokenForm, zone: string): OperationTable["fetchInvoice"] {
  return async (call, parcel) => {
    const request = { id: "getB2bInvoice", query: { orderId: parcel.channelOrderId } } as const;
    const answered = await withToken(call, form, async (headers) => fetchedOf(await sendAjio(call, request, headers)));
    if (!answered.ok) return answered;
    if (answered.value.state === "NOT_YET") return succeed(answered.value);
    const { json, status } = answered.value.value;
    if (isJson(json) && (json.invoiceNumber === null || json.invoiceNumber === ""))
      return succeed({ state: "NOT_YET", message: "The B2B invoice has no number yet." });
    const fits = fittingAjio(request.id, answered.value.value);
    if (!fits.ok) return fits;
    const read = readB2bInvoice(fits.value, zone);
    return read.ok
      ? succeed({ state: "READY", value: read.value })
      : fail(badAnswer({ idempotent: true }, status, read.words));
  };
}
