import { type OperationTable, succeed } from "../../kit/index.ts";
import { readAcknowledgement } from "../map/documents.ts";
import { readOrderRows, readPendencyRows } from "../map/pulled.ts";
import { offsetTime } from "../map/time.ts";
import { sendChecked, sendForRows } from "./send.ts";
import { type TokenForm, withToken } from "./token.ts";

/** Fixed by the protocol. It counts orders, not their lines. */
export const ORDERS_PER_PAGE = 50;

/** Generally the last fifteen days are asked for, each time anew. */
export const ORDERS_WINDOW_DAYS = 15;

/** A page of new orders in a window of order dates. A page with fewer than 50 orders is the last one. */
export function pullOrdersWith(form: TokenForm): OperationTable["pullOrders"] {
  return async (call, wish) => {
    const query = {
      orderStatus: wish.status,
      orderDateFrom: offsetTime(wish.from, "floor"),
      orderDateTo: offsetTime(wish.to, "ceil"),
      pageSize: ORDERS_PER_PAGE,
      pageNumber: wish.page,
    } as const;
    const answered = await withToken(call, form, (headers) =>
      sendForRows(call, { id: "getOrders", query, idempotent: true }, headers, "orders", ORDERS_PER_PAGE),
    );
    if (!answered.ok) return answered;
    const { rows } = answered.value;
    return succeed({ ...readOrderRows(rows), last: rows.length < ORDERS_PER_PAGE });
  };
}

/**
 * A page of orders under review. `hasMore` says whether another follows; left out it means yes, so that only an empty page
 * ends a list whose server does not say.
 */
export function pullPendencyWith(form: TokenForm): OperationTable["pullPendency"] {
  return async (call, wish) => {
    const query = {
      orderDateFrom: offsetTime(wish.from, "floor"),
      orderDateTo: offsetTime(wish.to, "ceil"),
      pageSize: ORDERS_PER_PAGE,
      pageNumber: wish.page,
    } as const;
    const answered = await withToken(call, form, (headers) =>
      sendForRows(call, { id: "getOnHoldOrders", query, idempotent: true }, headers, "pendencies", ORDERS_PER_PAGE),
    );
    if (!answered.ok) return answered;
    const { rows, page } = answered.value;
    return succeed({ ...readPendencyRows(rows), last: page.hasMore === false || rows.length === 0 });
  };
}

/**
 * The seller accepts an order. Idempotent: it says a state of the whole order, not an amount, so that a lost answer may be
 * asked again. A channel that refuses the repeat as done already is found out by reading the order's status.
 */
export function acknowledgeWith(form: TokenForm): OperationTable["acknowledge"] {
  return async (call, channelOrderId) => {
    const body = { orderId: channelOrderId };
    const answered = await withToken(call, form, (headers) =>
      sendChecked(call, { id: "acknowledgeOrder", body, idempotent: true }, headers),
    );
    return answered.ok ? succeed(readAcknowledgement(answered.value, channelOrderId)) : answered;
  };
}
