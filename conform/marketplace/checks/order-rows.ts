/** What is wanted of every order, in both modes of GET /orders. */
import { isJson, type Json } from "../../../contract/compile.ts";
import { type Misfit, validator } from "../../../contract/validators.ts";
import { INDIA, parseRupees } from "../../../src/kernel/index.ts";
import { inWords, isWrongWord, objects, textOf } from "../answers.ts";
import type { Findings } from "../check.ts";
import type { Row } from "../pages.ts";

const isOrder = validator("marketplace", "Order");

export function named(row: Row): string {
  return row.id === "" ? `the order at ${row.at}` : `order ${row.id}`;
}

/** Required fields and types. Wrong words and a missing `thirdPartyShipping` have checks of their own, with advice of their own. */
export function judgeFields(found: Findings, row: Row): void {
  for (const misfit of misfitsOf(row))
    if (!isWrongWord(misfit) && misfit.path !== "thirdPartyShipping") tell(found, row, misfit);
}

export function judgeWords(found: Findings, row: Row): void {
  for (const misfit of misfitsOf(row)) if (isWrongWord(misfit)) tell(found, row, misfit);
}

export function judgeWhoShips(found: Findings, row: Row): void {
  for (const misfit of misfitsOf(row)) if (misfit.path === "thirdPartyShipping") tell(found, row, misfit);
}

function misfitsOf(row: Row): readonly Misfit[] {
  const checked = isOrder(row.json);
  return checked.ok ? [] : checked.errors;
}

function tell(found: Findings, row: Row, misfit: Misfit): void {
  found.must(`${named(row)}: ${inWords(misfit, row.json)}`, row.exchange, `${row.at}/${misfit.path}`);
}

const WALL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;

/** `yyyy-MM-dd'T'HH:mm:ss`; null for anything else. */
export function wallTime(text: string): Temporal.PlainDateTime | null {
  if (!WALL_TIME.test(text)) return null;
  try {
    return Temporal.PlainDateTime.from(text, { overflow: "reject" });
  } catch {
    return null; // 2025-02-30
  }
}

/** The moments that an order's date may mean: its zone is not written, and the contract calls it UTC in one place and Indian in another. */
export function readings(row: Row): { readonly india: Temporal.Instant; readonly utc: Temporal.Instant } | null {
  const at = wallTime(textOf(row.json.orderDate));
  return at === null
    ? null
    : { india: at.toZonedDateTime(INDIA).toInstant(), utc: at.toZonedDateTime("UTC").toInstant() };
}

export function judgeTimes(found: Findings, row: Row): void {
  const judge = (holder: Json, name: string, at: string) => {
    const text = holder[name];
    if (typeof text === "string" && wallTime(text) === null)
      found.must(
        `${named(row)}: ${name} "${text.slice(0, 40)}" is not yyyy-MM-ddTHH:mm:ss`,
        row.exchange,
        `${at}/${name}`,
      );
  };
  judge(row.json, "orderDate", row.at);
  judge(row.json, "sla", row.at);
  for (const [index, item] of objects(row.json.orderItems).entries())
    judge(item, "returnDate", `${row.at}/orderItems/${index}`);
}

const ORDER_AMOUNTS = [
  "totalCashOnDeliveryCharges",
  "totalDiscount",
  "totalGiftCharges",
  "totalStoreCredit",
  "totalPrepaidAmount",
  "totalShippingCharges",
];
const ITEM_AMOUNTS = [
  "sellingPrice",
  "shippingCharges",
  "cashOnDeliveryCharges",
  "discount",
  "totalPrice",
  "transferPrice",
];

export function judgeAmounts(found: Findings, row: Row): void {
  const judge = (holder: unknown, names: readonly string[], at: string) => {
    if (!isJson(holder)) return;
    for (const name of names) {
      const amount = holder[name];
      if (typeof amount !== "number") continue;
      const paise = parseRupees(amount);
      // What the channel works out for the seller may be a bare quotient; all else is money that somebody pays.
      const tell = name === "transferPrice" ? found.advise : found.must;
      if (paise === null)
        tell(`${named(row)}: ${name} ${amount} is no amount of whole paise`, row.exchange, `${at}/${name}`);
      else if (paise < 0) found.must(`${named(row)}: ${name} ${amount} is negative`, row.exchange, `${at}/${name}`);
    }
  };
  judge(row.json.orderPrice, ORDER_AMOUNTS, `${row.at}/orderPrice`);
  for (const [index, item] of objects(row.json.orderItems).entries()) {
    judge(item.orderItemPrice, ITEM_AMOUNTS, `${row.at}/orderItems/${index}/orderItemPrice`);
    judge(item.giftWrap, ["giftWrapCharges"], `${row.at}/orderItems/${index}/giftWrap`);
  }
}

/** A charge, where it stands on the order, and where on an item. */
const CHARGES = [
  { onOrder: "totalCashOnDeliveryCharges", holder: "orderItemPrice", onItem: "cashOnDeliveryCharges" },
  { onOrder: "totalDiscount", holder: "orderItemPrice", onItem: "discount" },
  { onOrder: "totalShippingCharges", holder: "orderItemPrice", onItem: "shippingCharges" },
  { onOrder: "totalGiftCharges", holder: "giftWrap", onItem: "giftWrapCharges" },
] as const;

export function judgeCharges(found: Findings, row: Row): void {
  const price = isJson(row.json.orderPrice) ? row.json.orderPrice : {};
  for (const { onOrder, holder, onItem } of CHARGES) {
    if (!isCharged(price[onOrder])) continue;
    const index = objects(row.json.orderItems).findIndex(
      (item) => isJson(item[holder]) && isCharged(item[holder][onItem]),
    );
    if (index >= 0)
      found.must(
        `${named(row)}: ${onOrder} ${textOf(price[onOrder])} stands on the order, and ${onItem} on item ${index + 1} too: it would be charged twice`,
        row.exchange,
        `${row.at}/orderPrice/${onOrder}`,
      );
  }
}

function isCharged(amount: unknown): boolean {
  return typeof amount === "number" && amount !== 0;
}

/** sellingPrice + shippingCharges + cashOnDeliveryCharges - discount, of one unit or of the line: implementers differ. */
export function judgeTotals(found: Findings, row: Row): void {
  for (const [index, item] of objects(row.json.orderItems).entries()) {
    const price = isJson(item.orderItemPrice) ? item.orderItemPrice : {};
    if (typeof price.totalPrice !== "number" || typeof price.sellingPrice !== "number") continue;
    const amount = (name: string) => (typeof price[name] === "number" ? price[name] : 0);
    const unit =
      amount("sellingPrice") + amount("shippingCharges") + amount("cashOnDeliveryCharges") - amount("discount");
    const quantity = typeof item.quantity === "number" ? item.quantity : 1;
    const means = [unit, unit * quantity];
    if (means.some((meant) => Math.abs(meant - Number(price.totalPrice)) < 0.005)) continue;
    found.advise(
      `${named(row)}, item ${index + 1}: totalPrice is ${price.totalPrice}; sellingPrice, shippingCharges and cashOnDeliveryCharges less discount make ${unit.toFixed(2)}`,
      row.exchange,
      `${row.at}/orderItems/${index}/orderItemPrice`,
    );
  }
}
