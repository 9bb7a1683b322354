/** Pages of new orders and of orders under review. Pure. One bad row never sinks the others. */
import { describeMisfits, validator } from "../../../contract/validators.ts";
import {
  type OrdersPage,
  type PendencyPage,
  type PendingOrder,
  type PulledOrder,
  withoutCustomFields,
} from "../../kit/index.ts";
import { readReportedOrder } from "./incoming.ts";
import { channelProductId, excerpt, isJson, type Json } from "./json.ts";
import { ID_MAX } from "./order.ts";

const isPendencyPage = validator("marketplace", "PendencyPage");

/**
 * Members of an order that stay as they are while it lives; a repeat is told from other content by them alone. Left out,
 * because they change by themselves: `orderStatus`, and of a line `status`, `onHold`, `courierStatus`, `returnReason`,
 * `returnDate`, `returnAWB`, `returnShippingProvider`, `returnId`, `returnDeliveryDate`. Left out too is every member that the
 * contract does not know, for a time of last change would make each poll another order; custom fields among them, wherever
 * they stand: their newest word is taken.
 */
const ORDER_CONTENT = [
  "id",
  "displayOrderNumber",
  "code",
  "orderDate",
  "sla",
  "priority",
  "paymentType",
  "taxExempted",
  "cFormProvided",
  "thirdPartyShipping",
  "gstin",
  "additionalInfo",
] as const;
const ITEM_CONTENT = [
  "orderItemId",
  "productId",
  "variantId",
  "sku",
  "title",
  "shippingMethodCode",
  "quantity",
  "packetNumber",
  "facilityCode",
] as const;
const ORDER_PRICE = [
  "currency",
  "totalCashOnDeliveryCharges",
  "totalDiscount",
  "totalGiftCharges",
  "totalStoreCredit",
  "totalPrepaidAmount",
  "totalShippingCharges",
] as const;
const ITEM_PRICE = [
  "currency",
  "sellingPrice",
  "shippingCharges",
  "cashOnDeliveryCharges",
  "discount",
  "totalPrice",
  "transferPrice",
] as const;
const GIFT_WRAP = ["giftWrapMessage", "giftWrapCharges"] as const;
const ADDRESS = [
  "name",
  "addressLine1",
  "addressLine2",
  "city",
  "state",
  "country",
  "pincode",
  "phone",
  "email",
] as const;

/** The order's lasting content: members in one order, lines by their ids, unused texts left out. Equal as JSON text when equal. */
export function contentOf(given: Json): unknown {
  const raw = withoutCustomFields(given);
  const items = Array.isArray(raw.orderItems) ? raw.orderItems.map(itemContent) : raw.orderItems;
  return {
    ...pick(raw, ORDER_CONTENT),
    orderPrice: part(raw.orderPrice, ORDER_PRICE),
    shippingAddress: part(raw.shippingAddress, ADDRESS),
    billingAddress: part(raw.billingAddress, ADDRESS),
    orderItems: Array.isArray(items) ? items.toSorted(byLineId) : items,
  };
}

function itemContent(item: unknown): unknown {
  if (!isJson(item)) return item;
  return {
    ...pick(item, ITEM_CONTENT),
    orderItemPrice: part(item.orderItemPrice, ITEM_PRICE),
    giftWrap: part(item.giftWrap, GIFT_WRAP),
  };
}

function part(value: unknown, names: readonly string[]): unknown {
  return isJson(value) ? pick(value, names) : value;
}

/** "", null and NULL are the protocol's three ways to say that a text is not used. */
function pick(from: Json, names: readonly string[]): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const name of names) {
    const value = from[name];
    if (value !== undefined && value !== null && value !== "" && value !== "NULL") picked[name] = value;
  }
  return picked;
}

function byLineId(a: unknown, b: unknown): number {
  const [left, right] = [lineId(a), lineId(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function lineId(item: unknown): string {
  return isJson(item) && typeof item.orderItemId === "string" ? item.orderItemId : "";
}

/** Rows of `GET /orders`. An order needs nothing but an id to be handed on: what else is wrong with it is told when it is read. */
export function readOrderRows(rows: readonly unknown[]): Omit<OrdersPage, "last"> {
  const orders = new Map<string, PulledOrder>();
  const rejected: { raw: unknown; words: string }[] = [];
  for (const raw of rows) {
    const id = isJson(raw) && typeof raw.id === "string" ? raw.id : "";
    if (!isJson(raw) || id.trim() === "" || id.length > ID_MAX) {
      rejected.push({ raw, words: `an order whose id is not a text of 1 to ${ID_MAX} characters: ${excerpt(raw)}` });
      continue;
    }
    const first = orders.get(id);
    if (first === undefined) orders.set(id, pulledOrder(id, raw));
    else if (JSON.stringify(first.raw) !== JSON.stringify(raw))
      rejected.push({ raw, words: `order ${id} stands twice on one page and differs; the first one is taken` });
  }
  return { orders: [...orders.values()], rejected };
}

function pulledOrder(channelOrderId: string, raw: Json): PulledOrder {
  const reported = readReportedOrder(raw);
  return { channelOrderId, raw, content: contentOf(raw), reported: reported.ok ? reported.value : null };
}

/** Rows of `GET /orders/pendency`. Words of state say nothing here: an order stands in the list or it does not. */
export function readPendencyRows(rows: readonly unknown[]): Omit<PendencyPage, "last"> {
  const orders: PendingOrder[] = [];
  const rejected: string[] = [];
  for (const row of rows) {
    const checked = isPendencyPage({ pendencies: [withFixedWords(row)] });
    const pending = checked.ok ? checked.value.pendencies[0] : undefined;
    const faults = checked.ok ? pendencyFaults(pending) : describeMisfits(checked.errors, "pendency");
    if (pending === undefined || faults !== "") {
      rejected.push(`order under review ${excerpt(isJson(row) ? row.orderId : row)}: ${faults}`);
      continue;
    }
    orders.push({
      channelOrderId: pending.orderId,
      lines: pending.orderItems.map((item) => ({
        channelOrderItemId: item.orderItemId,
        channelProductId: channelProductId(item.productId, item.variantId),
        channelSku: item.sku,
        quantity: item.quantity,
      })),
    });
  }
  return { orders, rejected };
}

/** What the contract's schema cannot say. "": nothing is wrong. */
function pendencyFaults(
  pending:
    | { readonly orderId: string; readonly orderItems: readonly { readonly orderItemId: string; quantity: number }[] }
    | undefined,
): string {
  if (pending === undefined || pending.orderId.trim() === "" || pending.orderId.length > ID_MAX)
    return `orderId must have 1 to ${ID_MAX} characters`;
  const bad = pending.orderItems.find((item) => item.orderItemId.trim() === "" || item.quantity < 1);
  return bad === undefined ? "" : `line "${bad.orderItemId}" must have an id and a quantity of at least 1`;
}

function withFixedWords(row: unknown): unknown {
  if (!isJson(row)) return row;
  const items = Array.isArray(row.orderItems)
    ? row.orderItems.map((item: unknown) =>
        isJson(item) && typeof item.status === "string" ? { ...item, status: "CREATED" } : item,
      )
    : row.orderItems;
  const orderStatus = typeof row.orderStatus === "string" ? "PENDING_VERIFICATION" : row.orderStatus;
  return { ...row, orderStatus, orderItems: items };
}
