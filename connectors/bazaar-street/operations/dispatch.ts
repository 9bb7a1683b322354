import { assert } from "../../../src/kernel/index.ts";
import { type OperationTable, succeed } from "../../kit/index.ts";
import { answerOf } from "../map/results.ts";
import { ask, token } from "../wire.ts";

/**
 * Tells that a parcel left. Its page says that a repeat changes nothing, but two parcels of one order may carry the same lines:
 * it is told as if a repeat counted, and a lost answer is read back first.
 */
export const dispatch: OperationTable["dispatch"] = async (call, { channelOrderId, lines, shipper }) => {
  assert(shipper !== null, "the seller ships every order of Bazaar Street");
  const body = {
    lines: lines.map((line) => ({ line: line.channelOrderItemId, units: line.quantity })),
    courier: shipper.courierName,
    trackingNumber: shipper.awb,
    trackingLink: shipper.trackingUrl,
    invoice: { number: shipper.invoiceNumber, on: shipper.invoicedOn.toString() },
    sentAt: shipper.dispatchedAt.toString(),
  };
  const answered = await token.withToken(call, (headers) =>
    ask(call, { id: "postSent", path: { id: channelOrderId }, body, idempotent: false }, headers),
  );
  if (!answered.ok) return answered;
  const results = answered.value.results.map((result) => ({ ...result, key: result.line }));
  return succeed(
    answerOf(
      body.lines.map(({ line }) => line),
      results,
    ),
  );
};
