/** What is told to Snapdeal of a package: out of stock, left with the seller's courier, delivered by him. */
import { type OperationTable, succeed } from "../../kit/index.ts";
import { answerOf, answerOfResults } from "../map/answers.ts";
import { BEFORE_HAND_OVER } from "../map/states.ts";
import { knownModel } from "./models.ts";
import { isRefusal, processPackage, reprint } from "./papers.ts";
import { send } from "./send.ts";

const SELLER_MODEL = "VENDOR_SELF";

/** The seller has none of these units. Each is a unit of its own, so nothing is counted. */
export const cancel: OperationTable["cancel"] = async (call, facts) => {
  const ids = facts.lines.map((line) => line.channelOrderItemId);
  const body = { subOrderStatusUpdates: Object.fromEntries(ids.map((id) => [id, "OOS" as const])) };
  const sent = await send(call, { id: "updateSuborderStatuses", body, idempotent: false });
  if (!sent.ok) return sent;
  return succeed(
    answerOf(
      sent.value.payload,
      ids.map((id) => ({ key: id, id })),
    ),
  );
};

/**
 * A parcel that the seller ships is processed on Snapdeal when it leaves: his invoice number, then printed. Of a parcel that
 * Snapdeal ships the closed hand-over list told already, and there is no call beside it: it is looked whether it did.
 */
export const dispatch: OperationTable["dispatch"] = async (call, facts) => {
  const ids = facts.lines.map((line) => line.channelOrderItemId);
  if (facts.shipper !== null) return processPackage(call, facts.channelOrderId, facts.shipper.invoiceNumber, ids);
  const found = await reprint(call, facts.channelOrderId);
  if (!found.ok && !isRefusal(found.failure)) return found;
  const state = found.ok ? found.value.pack.orderStatus : null;
  const words = state === null ? null : `Snapdeal has the package as ${state}: it stands on no closed hand-over list.`;
  const said = found.ok ? words : (found.failure.channelMessage ?? "The package is not printed on Snapdeal.");
  const message = state !== null && !BEFORE_HAND_OVER.has(state) ? null : said;
  return succeed(answerOfResults(ids.map((key) => ({ key, accepted: message === null, message }))));
};

/**
 * The seller's parcel arrived. Snapdeal takes that of parcels that the seller ships; of all others it knows by itself, and is
 * told nothing. By which model a package went that this process never saw is read from its reprint, the one documented
 * question about one: what Snapdeal does not answer for is refused, never taken for told.
 */
export const notifyState: OperationTable["notifyState"] = async (call, facts) => {
  const code = facts.channelOrderId;
  const lines = facts.channelOrderItemIds.map((key) => ({ key, id: code }));
  const nothingToTell = succeed(answerOf({ [code]: { operationSuccessful: true } }, lines));
  if (facts.state !== "DELIVERED") return nothingToTell;
  const known = knownModel(call, code);
  const asked = known === null ? await reprint(call, code) : null;
  if (asked && !asked.ok) {
    if (!isRefusal(asked.failure)) return asked;
    const errorMessage = `Snapdeal was not told that ${code} arrived: ${asked.failure.channelMessage ?? "it does not know the package"}`;
    return succeed(answerOf({ [code]: { operationSuccessful: false, errorMessage } }, lines));
  }
  if ((known ?? asked?.value.pack.fulfillmentModelCode) !== SELLER_MODEL) return nothingToTell;
  const body = {
    orderStatusUpdates: { [code]: { fieldValue: "VENDOR_MARKED_DELIVERED" as const, comment: "Delivered" } },
  };
  const sent = await send(call, { id: "updateOrderStatuses", body, idempotent: true });
  return sent.ok ? succeed(answerOf(sent.value.payload, lines)) : sent;
};
