import { paise } from "../../kernel/index.ts";
import type { GrnFacts, PurchaseOrderFacts } from "./facts.ts";
import { amount, amountText, partnerDay, partnerTime, percent, type Wire } from "./wire.ts";

/**
 * A purchase order was approved. Its taxes are amounts of the line, as text where the published sample has text. An order without
 * an expected day is expected from the day it was made: the contract wants a day. Pure.
 */
export function approvedPurchaseOrder(facts: PurchaseOrderFacts): Wire["PurchaseOrderRequest"] {
  return {
    code: facts.code,
    created: partnerTime(facts.createdAt, facts.zone),
    createdBy: facts.createdBy,
    deliveryDate: partnerDay(facts.expectedOn ?? facts.orderedOn),
    fromParty: facts.facilityCode,
    statusCode: "APPROVED",
    type: "Manual",
    vendorCode: facts.vendorCode,
    vendorName: facts.vendorName,
    amendedPurchaseOrderCode: null,
    amendmentPurchaseOrderCode: null,
    purchaseOrderItems: facts.lines.map((line) => ({
      batchGroupCode: null,
      discount: 0,
      discountPercentage: 0,
      itemSKU: line.sku,
      itemTypeCustomFields: null,
      logisticCharges: 0,
      ...(line.mrp === null ? {} : { maxRetailPrice: amount(line.mrp) }),
      quantity: line.quantity,
      tax: amount(paise(line.gross - line.taxable)),
      taxPercentage: percent(line.gstBps),
      cgst: amountText(line.cgst),
      sgst: amountText(line.sgst),
      igst: amountText(line.igst),
      utgst: amountText(line.utgst),
      total: amount(line.gross),
      unitPrice: amount(line.unitPrice),
      vendorSkuCode: line.vendorSku ?? line.sku,
      customFieldValues: [],
    })),
    customFieldValues: [],
  };
}

/**
 * A goods receipt is complete: all its pieces lie on their shelves. Quantities are text, as in the published sample; pieces here have
 * no barcodes of their own, and no batches. Pure.
 */
export function completeInflowReceipt(facts: GrnFacts): Wire["GrnRequest"] {
  const { zone } = facts;
  return {
    GRNCreatedDateTime: partnerTime(facts.createdAt, zone),
    GRNnumber: facts.code,
    poNumber: facts.purchaseOrderCode,
    ...(facts.putawayCreatedAt === null ? {} : { putAwayCreatedDateTime: partnerTime(facts.putawayCreatedAt, zone) }),
    vendorInvoiceNumber: facts.vendorInvoiceNumber,
    vendorCode: facts.vendorCode,
    vendorInvoiceDate: partnerDay(facts.vendorInvoiceOn),
    grnItems: facts.lines.map((line) => ({
      vendorSkuCode: line.vendorSku ?? line.sku,
      grnItemBarcode: "",
      Quantity: String(line.accepted + line.rejected),
      rejectedQuantity: String(line.rejected),
      rejectionComments: line.rejectReason ?? "",
      unitPrice: amount(line.unitPrice),
      sellableQuantity: String(line.accepted),
      pendingQuantity: String(line.pending),
      skuCode: line.sku,
      additionalCost: 0,
      batchCode: null,
      discount: 0,
      discountPercentage: 0,
      ...(line.mrp === null ? {} : { maxRetailPrice: amount(line.mrp) }),
    })),
    customFieldValues: [],
  };
}
