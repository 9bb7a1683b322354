import { assert, type Paise, sum } from "../../kernel/index.ts";
import type { CustomFields, InvoiceFacts, NamedValue, ShipmentFacts, UnitFacts } from "./facts.ts";
import { headRates, type TellableLine, tellableLines } from "./invoice-lines.ts";
import { amount, partnerTime, type Wire } from "./wire.ts";

/**
 * Shipment Packed: the package is packed and its invoice is known. Pure.
 * @param url opens the invoice's PDF for whoever has it, for a limited time
 */
export function invoiced(facts: ShipmentFacts, custom: CustomFields, url: string): Wire["InvoicedRequest"] {
  const { invoice, invoicedAt, zone } = facts;
  const payment = paymentOf(facts);
  assert(invoice !== null && invoicedAt !== null, "what is told as packed has its invoice");
  return {
    invoiceCode: invoice.code,
    invoiceDisplayCode: invoice.number,
    saleOrderCode: facts.orderCode,
    displayOrderCode: facts.displayCode,
    shippingPackageCode: facts.code,
    channelCreated: partnerTime(facts.placedAt, zone),
    created: partnerTime(invoicedAt, zone),
    URL: url,
    customFieldValues: [...custom(facts.saleOrderId), ...custom(facts.shippingPackageId)],
    invoiceItems: tellableLines(invoice, facts.units).map((line) => itemOf(invoice, line, custom)),
    ...(payment === null
      ? {}
      : {
          paymentDetail: {
            amountPaid: amount(payment.amountPaid),
            paymentMode: payment.mode,
            transactionId: payment.transactionId,
          },
        }),
    facilityCode: facts.facilityCode,
  };
}

/**
 * What was paid, of the whole order: as the channel gave it; its amount alone where that is all that is known of a prepaid order, as in
 * the published sample; null where nothing was paid yet.
 */
function paymentOf({ payment, paidAhead }: ShipmentFacts): ShipmentFacts["payment"] {
  if (payment !== null) return payment;
  return paidAhead > 0 ? { mode: null, transactionId: null, amountPaid: paidAhead } : null;
}

function itemOf(invoice: InvoiceFacts, told: TellableLine, custom: CustomFields): Wire["InvoicedItem"] {
  const { line, units } = told;
  assert(units.length === line.quantity, "a line of an invoice has its units in the package");
  const rates = headRates(invoice, line);
  const total = (pick: (unit: UnitFacts) => Paise) => amount(sum(units.map(pick)));
  return {
    soiCode: units.map((unit) => unit.code),
    cashOnDeliveryCharges: total((unit) => unit.codCharges),
    channelProductId: line.channelProductId,
    discount: total((unit) => unit.discount),
    giftWrapCharges: total((unit) => unit.giftWrapCharges),
    integratedGst: amount(line.igst),
    integratedGstPercentage: rates.integrated,
    itemSku: line.sku,
    prepaidAmount: total((unit) => unit.prepaid),
    quantity: line.quantity,
    skuCode: line.sku,
    sellingPrice: amount(told.goods),
    shippingCharges: total((unit) => unit.shippingCharges),
    // Orders here have one way of shipping, and nothing is charged for choosing it.
    shippingMethodCharges: 0,
    stateGst: amount(line.sgst),
    stateGstPercentage: rates.state,
    unionTerritoryGst: amount(line.utgst),
    storeCredit: total((unit) => unit.storeCredit),
    subtotal: amount(told.subtotal),
    total: amount(told.total),
    totalTax: amount(told.tax),
    compensationCess: amount(line.cess),
    compensationCessPercentage: rates.cess,
    centralGst: amount(line.cgst),
    centralGstPercentage: rates.central,
    unionTerritoryGstPercentage: rates.unionTerritory,
    ...BEFORE_GST,
    unitPrice: amount(told.unitPrice),
    voucherValue: total((unit) => unit.voucher),
    customFieldValues: distinct(units.flatMap((unit) => custom(unit.unitId))),
  };
}

/** Taxes that GST has replaced: the contract wants them all the same. */
const BEFORE_GST = {
  taxPercentage: 0,
  cst: 0,
  cstPercentage: 0,
  additionalTax: 0,
  additionalTaxPercentage: 0,
  vat: 0,
  vatPercentage: 0,
};

/** Each pair once: ten units of a line with the same value say it once, those with another value say theirs too. */
function distinct(pairs: readonly NamedValue[]): NamedValue[] {
  return [...new Map(pairs.map((pair) => [JSON.stringify([pair.name, pair.value]), pair])).values()];
}
