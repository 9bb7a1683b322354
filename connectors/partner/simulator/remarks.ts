/** What is odd about a body that fits the schema: told, never refused, as a receiver that adds up what it is given would. */
import { isJson, type Json } from "../../../contract/compile.ts";
import type { EventOperation } from "./events.ts";

/** Amounts are rounded to two decimals before they are added. */
const HALF_A_PAISA = 0.005;
const GST = ["centralGst", "stateGst", "integratedGst", "unionTerritoryGst", "compensationCess"] as const;
const FORMER_TAXES = ["cst", "vat", "additionalTax"] as const;

export function remarksOn(id: EventOperation, body: Json): string[] {
  switch (id) {
    case "notifyShipmentPacked":
      return onInvoice(body);
    case "notifyReadyToShip":
      return notALink("label", body.label);
    case "notifyShipmentDispatched":
      return rows(body.orderItems).flatMap((item, index) => onDispatched(item, `orderItems/${index}`));
    case "notifyReturnCreated":
      return onReturn(body, "ShippingPackageCode", { CUSTOMER_RETURN: "CREATED", other: "RETURN_AWAITED" });
    case "notifyReturnCompleted":
      return onReturn(body, "shippingPackageCode", { CUSTOMER_RETURN: "COMPLETED", other: "RETURNED" });
    case "notifyShipmentDelivered":
      return body.status === "delivered" ? [] : [`status is ${String(body.status)}, not delivered`];
    case "notifyPurchaseOrderApproved":
      return expectWord("statusCode", body.statusCode, "APPROVED");
    case "notifyGatepassClosed":
      return expectWord("statusCode", body.statusCode, "CLOSED");
    case "notifyGatepassReturnAwaited":
      return expectWord("statusCode", body.statusCode, "RETURN_AWAITED");
    default:
      return [];
  }
}

function rows(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function amount(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function same(one: number, other: number): boolean {
  return Math.abs(one - other) < HALF_A_PAISA;
}

function notALink(member: string, value: unknown): string[] {
  const link = String(value);
  return URL.canParse(link) && /^https?:$/.test(new URL(link).protocol)
    ? []
    : [`${member} is no web address: ${link.slice(0, 60)}`];
}

function expectWord(member: string, value: unknown, word: string): string[] {
  return value === word ? [] : [`${member} is ${String(value)}, not ${word}`];
}

function onInvoice(body: Json): string[] {
  const lines = rows(body.invoiceItems);
  const remarks = notALink("URL", body.URL);
  if (lines.length === 0) remarks.push("invoiceItems is empty");
  const seen = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const at = `invoiceItems/${index}`;
    const codes = Array.isArray(line.soiCode) ? line.soiCode.map(String) : [];
    if (codes.length !== line.quantity) remarks.push(`${at}: ${codes.length} soiCode, quantity ${line.quantity}`);
    for (const code of codes) {
      if (seen.has(code)) remarks.push(`${at}: soiCode ${code} stands twice`);
      seen.add(code);
    }
    const taxes = [...GST, ...FORMER_TAXES].reduce((sum, name) => sum + amount(line[name]), 0);
    if (!same(taxes, amount(line.totalTax))) remarks.push(`${at}: the taxes make ${taxes.toFixed(2)}, not totalTax`);
    if (!same(amount(line.subtotal) + amount(line.totalTax), amount(line.total)))
      remarks.push(`${at}: subtotal and totalTax do not make total`);
    const within = amount(line.centralGst) + amount(line.stateGst) + amount(line.unionTerritoryGst);
    if (amount(line.integratedGst) !== 0 && within !== 0) remarks.push(`${at}: IGST beside CGST, SGST or UTGST`);
    if (amount(line.stateGst) !== 0 && amount(line.unionTerritoryGst) !== 0) remarks.push(`${at}: SGST beside UTGST`);
  }
  return remarks;
}

function onDispatched(item: Json, at: string): string[] {
  if (typeof item.Rate !== "number" || typeof item.taxableAmt !== "number") return [];
  const taxes = ["SGSTAmt", "CGSTAmt", "IGSTAmt", "CESSAmt", "UGSTAmt"].reduce((sum, n) => sum + amount(item[n]), 0);
  return same(item.taxableAmt + taxes, item.Rate) ? [] : [`${at}: taxableAmt and taxes do not make Rate`];
}

function onReturn(
  body: Json,
  packageMember: string,
  words: { readonly CUSTOMER_RETURN: string; readonly other: string },
): string[] {
  const isCustomers = body.type === "CUSTOMER_RETURN";
  const word = isCustomers ? words.CUSTOMER_RETURN : words.other;
  const remarks =
    String(body.status).toUpperCase() === word ? [] : [`status is ${String(body.status)}, ${word} is meant`];
  const code = body[packageMember];
  if (!isCustomers && (typeof code !== "string" || code === ""))
    remarks.push(`${packageMember} is missing, and this is no customer's return`);
  return remarks;
}
