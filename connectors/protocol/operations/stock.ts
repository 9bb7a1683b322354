import { assert } from "../../../src/kernel/index.ts";
import { type OperationTable, succeed } from "../../kit/index.ts";
import { readInventoryResult } from "../map/incoming.ts";
import { toInventoryUpdate } from "../map/outgoing.ts";
import { sendChecked } from "./send.ts";
import { type TokenForm, withToken } from "./token.ts";

/** Batch size is not published; an order page and a product page hold 50. */
export const STOCK_BATCH_MAX = 50;

/** Absolute figures: posting them again changes nothing, so a lost answer is asked again. */
export function pushInventoryWith(form: TokenForm): OperationTable["pushInventory"] {
  return async (call, lines) => {
    assert(lines.length > 0 && lines.length <= STOCK_BATCH_MAX, `a batch has 1 to ${STOCK_BATCH_MAX} stock figures`);
    const body = toInventoryUpdate(lines);
    const answered = await withToken(call, form, (headers) =>
      sendChecked(call, { id: "updateInventory", body, idempotent: true }, headers),
    );
    return answered.ok ? succeed(readInventoryResult(answered.value, lines)) : answered;
  };
}
