import { type Instant, sum } from "../../kernel/index.ts";
import type { GatepassFacts } from "./facts.ts";
import { amount, partnerTime, type Wire } from "./wire.ts";

/**
 * A gate pass waits for its goods, or is closed. Goods on their way to another facility are awaited by the same word: the published
 * sample of RETURN_AWAITED is a stock transfer. Pure.
 */
export function gatepassBody(
  facts: GatepassFacts,
  statusCode: "RETURN_AWAITED" | "CLOSED",
  happenedAt: Instant,
): Wire["GatePassRequest"] {
  return {
    code: facts.code,
    statusCode,
    type: facts.type,
    toPartyName: facts.toPartyName,
    gatePassOrderCode: null,
    reference: facts.reference ?? "",
    purpose: facts.purpose,
    created: partnerTime(facts.createdAt, facts.zone),
    updated: partnerTime(happenedAt, facts.zone),
    gatePassItemDTOs: facts.lines.map((line) => ({
      gatePassItemStatus: statusCode,
      inventoryType: line.inventoryType === "good" ? "GOOD_INVENTORY" : "BAD_INVENTORY",
      itemTypeSKU: line.sku,
      itemBarcode: "",
      quantity: line.quantity,
      receivedQuantity: line.received,
      pendingQuantity: line.outstanding,
      shelfCode: line.shelf,
      batchDTO: null,
      total: amount(line.total),
      unitPrice: amount(line.unitPrice),
      tax: amount(sum([line.cgst, line.sgst, line.igst, line.utgst, line.cess])),
      igst: amount(line.igst),
      utgst: amount(line.utgst),
      sgst: amount(line.sgst),
      cgst: amount(line.cgst),
      invoiceCode: facts.invoiceNumber,
      returnInvoiceCode: facts.creditNotes.length === 0 ? null : facts.creditNotes.join(", "),
    })),
    customFieldValues: [],
  };
}

/** A gate pass was cancelled before its goods left, or recalled before they arrived. Pure. */
export function discardGatepass(facts: GatepassFacts, happenedAt: Instant): Wire["GatePassDiscardRequest"] {
  return {
    code: facts.code,
    statusCode: "DISCARDED",
    gatePassOrderCode: null,
    reference: facts.reference ?? "",
    updated: partnerTime(happenedAt, facts.zone),
  };
}
