/** The invoice with which AJIO buys a packed order: not of the protocol, and assumed by us (`../contract`). */
import { describeMisfits, operation } from "../../../contract/validators.ts";
import { assert } from "../../../src/kernel/index.ts";
import { badAnswer, type Call, fail, type OperationTable, succeed } from "../../kit/index.ts";
import { explainError, misfit } from "../../protocol/failures.ts";
import { isJson } from "../../protocol/map/json.ts";
import { fetchedOf, type Headers } from "../../protocol/operations/send.ts";
import { type TokenForm, withToken } from "../../protocol/operations/token.ts";
import { AJIO_CONTRACT } from "../contract/index.ts";
import { readB2bInvoice } from "../map/b2b-invoice.ts";

const b2bInvoice = operation(AJIO_CONTRACT, "getB2bInvoice");

/**
 * Number, date, buyer, values and PDF of the B2B invoice. Not made yet: 404, 202, or an answer without a number. Asking
 * again gives the same invoice, so a lost answer is asked again.
 */
export function fetchB2bInvoiceWith(form: TokenForm, zone: string): OperationTable["fetchInvoice"] {
  return async (call, parcel) => {
    const answered = await withToken(call, form, async (headers) =>
      fetchedOf(await ask(call, parcel.channelOrderId, headers)),
    );
    if (!answered.ok) return answered;
    if (answered.value.state === "NOT_YET") return succeed(answered.value);
    const { json, status } = answered.value.value;
    if (isJson(json) && (json.invoiceNumber === null || json.invoiceNumber === ""))
      return succeed({ state: "NOT_YET", message: "The B2B invoice has no number yet." });
    const checked = b2bInvoice.response(200, json);
    if (!checked.ok) return fail(misfit(b2bInvoice.id, true, status, checked.errors));
    const read = readB2bInvoice(checked.value, zone);
    return read.ok
      ? succeed({ state: "READY", value: read.value })
      : fail(badAnswer({ idempotent: true }, status, read.words));
  };
}

function ask(call: Call, orderId: string, headers: Headers) {
  const query = b2bInvoice.query({ orderId });
  assert(
    query.ok,
    `what ${b2bInvoice.id} sends fits the contract${query.ok ? "" : `: ${describeMisfits(query.errors)}`}`,
  );
  return call.send({
    operation: b2bInvoice.id,
    method: b2bInvoice.method,
    path: call.path(b2bInvoice.id, b2bInvoice.path),
    query: { orderId },
    headers,
    idempotent: true,
    explain: explainError,
  });
}
