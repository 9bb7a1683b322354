import { isJson } from "../../../contract/compile.ts";
import { describeMisfits, validator } from "../../../contract/validators.ts";
import { type OperationTable, type OrdersPage, type PulledOrder, succeed } from "../../kit/index.ts";
import { BAZAAR_STREET_CONTRACT } from "../contract/index.ts";
import { reportedLine } from "../map/states.ts";
import { askRows, token } from "../wire.ts";

const isOrder = validator(BAZAAR_STREET_CONTRACT, "Order");

/** A page of orders by the time they were placed. */
export const pullOrders: OperationTable["pullOrders"] = async (call, { from, to, page }) => {
  const query = { placedFrom: from.toString(), placedTo: to.toString(), page };
  const answered = await token.withToken(call, (headers) =>
    askRows(call, { id: "getOrders", query, idempotent: true }, headers, "orders"),
  );
  if (!answered.ok) return answered;
  const { rows, page: envelope } = answered.value;
  return succeed({ ...readRows(rows), last: envelope.last === true || rows.length === 0 });
};

function readRows(rows: readonly unknown[]): Pick<OrdersPage, "orders" | "rejected"> {
  const orders: PulledOrder[] = [];
  const rejected: OrdersPage["rejected"][number][] = [];
  for (const raw of rows) {
    const id = isJson(raw) && typeof raw.id === "string" ? raw.id.trim() : "";
    if (id === "") rejected.push({ raw, words: "The order has no id." });
    else orders.push({ channelOrderId: id, raw, content: contentOf(raw), reported: reportedOf(raw) });
  }
  return { orders, rejected };
}

/** How its lines stand, where the order can be read at all. */
function reportedOf(raw: unknown): PulledOrder["reported"] {
  const checked = isOrder(raw);
  if (!checked.ok) return null;
  const { id, lines } = checked.value;
  return { channelOrderId: id, lines: lines.map(({ line, word, since }) => reportedLine({ line, word, since })) };
}

/** What lasts: everything but how the lines stand now. What is no order at all is compared as it came. */
function contentOf(raw: unknown): unknown {
  const checked = isOrder(raw);
  if (!checked.ok) return { raw, faults: describeMisfits(checked.errors) };
  const { lines, ...order } = checked.value;
  return { ...order, lines: lines.map(({ word: _, since: __, ...line }) => line) };
}
