/** The bodies of the fourteen events: the contract's examples with a story's facts laid over them. */
import type { Json } from "../../contract/compile.ts";
import { INDIA } from "../../src/kernel/index.ts";
import { exampleBody, part } from "../contract-example.ts";
import { amountsOfAll, type LineAmounts, rupees, totalOf } from "./amounts.ts";
import type { Line, NamedText, Story } from "./story.ts";

const CONTRACT = "partner-notifications";
const FACILITY = "CF-WH1";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** `Jul 9, 2024 3:34:35 PM`, in Indian time. */
export function uniwareDate(at: Temporal.Instant, space = " "): string {
  const { month, day, year, hour, minute, second } = at.toZonedDateTimeISO(INDIA);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${MONTHS[month - 1]} ${day}, ${year} ${hour % 12 || 12}:${two(minute)}:${two(second)}${space}${hour < 12 ? "AM" : "PM"}`;
}

/** Code of a unit: one for each piece of each line. */
function unitCodes({ code }: Story, line: number, { quantity }: Line): string[] {
  return Array.from({ length: quantity }, (_, piece) => `${code}-${line + 1}-${piece + 1}`);
}

function allUnits(story: Story): { readonly code: string; readonly line: Line; readonly amounts: LineAmounts }[] {
  const amounts = amountsOfAll({ ...story, lines: story.lines.map((line) => ({ ...line, quantity: 1 })) });
  return story.lines.flatMap((line, index) => {
    const of = amounts[index];
    return of ? unitCodes(story, index, line).map((code) => ({ code, line, amounts: of })) : [];
  });
}

function fields(list: readonly NamedText[]): Json[] {
  return list.map(({ name, value }) => ({ name, value }));
}

export function createShipment(story: Story): Json {
  const { saleOrderDTO: _, ...rest } = exampleBody(CONTRACT, "/createShipment");
  const sample = part(exampleBody(CONTRACT, "/createShipment"), "saleOrderDTO");
  const ordered = uniwareDate(story.packedAt.subtract({ minutes: 90 }));
  const created = uniwareDate(story.packedAt.subtract({ minutes: 30 }));
  const total = rupees(totalOf(story));
  return {
    ...rest,
    ...story.extra,
    saleOrderDTO: {
      ...sample,
      ...story.extra,
      cod: story.cod,
      code: story.orderCode,
      collectableAmount: story.cod ? total : 0,
      collectedAmount: story.cod ? 0 : total,
      created: ordered,
      displayOrderCode: story.displayCode,
      displayOrderDateTime: ordered,
      futureProcessingStartDate: ordered,
      facilityCode: FACILITY,
      fulfillmentTat: uniwareDate(story.packedAt.add({ hours: 24 })),
      updated: created,
      shippingMethod: story.cod ? "Standard-COD" : "Standard-Prepaid",
      shippingPackageCode: story.code,
      shippingPackageCreated: created,
      shippingPackageUpdated: created,
      channelProcessingTime: ordered,
      paymentInstrument: story.cod ? "CASH" : "WALLET",
      SOCustomFieldValues: fields(story.customFields),
      SPCustomFieldValues: [],
      items: allUnits(story).map(({ code, line, amounts }) => ({
        ...part(sample, "items"),
        code,
        itemSku: line.sku,
        itemName: line.title,
        sellingPrice: rupees(amounts.total),
        shippingPackageCode: story.code,
        customFieldValues: [],
      })),
    },
  };
}

function invoiceLine(story: Story, index: number, line: Line, amounts: LineAmounts): Json {
  const percent = (basisPoints: number) => basisPoints / 100;
  const half = percent(line.gstBasisPoints / 2);
  const { taxed, cod } = story;
  return {
    ...part(exampleBody(CONTRACT, "/invoiced"), "invoiceItems"),
    soiCode: unitCodes(story, index, line),
    channelProductId: `CFL-${line.sku}`,
    discount: rupees(amounts.discount),
    giftWrapCharges: rupees(amounts.giftWrap),
    integratedGst: rupees(amounts.igst),
    integratedGstPercentage: taxed === "inter" ? percent(line.gstBasisPoints) : 0,
    itemSku: line.sku,
    prepaidAmount: cod ? 0 : rupees(amounts.total),
    quantity: line.quantity,
    skuCode: line.sku,
    sellingPrice: rupees(amounts.taxable),
    stateGst: rupees(amounts.sgst),
    stateGstPercentage: taxed === "intra" ? half : 0,
    unionTerritoryGst: rupees(amounts.utgst),
    unionTerritoryGstPercentage: taxed === "territory" ? half : 0,
    subtotal: rupees(amounts.taxable),
    total: rupees(amounts.total),
    totalTax: rupees(amounts.total - amounts.taxable),
    compensationCess: rupees(amounts.cess),
    compensationCessPercentage: percent(line.cessBasisPoints),
    centralGst: rupees(amounts.cgst),
    centralGstPercentage: taxed === "inter" ? 0 : half,
    unitPrice: rupees(Math.round(amounts.taxable / line.quantity)),
    customFieldValues: [],
  };
}

export function invoiced(story: Story, space = " "): Json {
  const { paymentDetail, ...sample } = exampleBody(CONTRACT, "/invoiced");
  const amounts = amountsOfAll(story);
  const paid = { amountPaid: story.cod ? 0 : rupees(totalOf(story)), paymentMode: null, transactionId: null };
  const known = { ...paid, paymentMode: "UPI", transactionId: `CFT-${story.code}` };
  return {
    ...sample,
    ...story.extra,
    invoiceCode: story.invoiceCode,
    invoiceDisplayCode: `INV/${story.invoiceCode}`,
    saleOrderCode: story.orderCode,
    displayOrderCode: story.displayCode,
    shippingPackageCode: story.code,
    channelCreated: uniwareDate(story.packedAt.subtract({ minutes: 90 }), space),
    created: uniwareDate(story.packedAt, space),
    URL: `https://files.example.com/invoices/${story.invoiceCode}.pdf`,
    customFieldValues: fields(story.customFields),
    invoiceItems: story.lines.flatMap((line, index) => {
      const of = amounts[index];
      return of ? [{ ...invoiceLine(story, index, line, of), ...story.extra }] : [];
    }),
    ...(story.payment === "unknown" ? {} : { paymentDetail: story.payment === "known" ? known : paid }),
    facilityCode: FACILITY,
  };
}

export function assignAWB(story: Story): Json {
  return {
    ...exampleBody(CONTRACT, "/assignAWB"),
    ...story.extra,
    invoiceCode: story.invoiceCode,
    invoiceDisplayCode: `INV/${story.invoiceCode}`,
    shippingPackageCode: story.code,
    saleOrderCode: story.orderCode,
    shippingProviderCode: "CFX",
    shippingProviderName: "Conform Express",
    trackingNumber: story.awb,
    facilityCode: FACILITY,
    created: uniwareDate(story.packedAt.add({ minutes: story.labelAfterMinutes })),
    label: `https://files.example.com/labels/${story.awb}.pdf`,
    saleOrderItemCodes: allUnits(story).map(({ code }) => code),
    customFieldValues: fields(story.customFields),
  };
}

export function dispatchedShipment(story: Story): Json {
  const sample = exampleBody(CONTRACT, "/dispatchedShipment");
  const { taxed } = story;
  return {
    ...sample,
    ...story.extra,
    invoiceNo: story.invoiceCode,
    shippingPackageCode: story.code,
    invoiceCreationDate: uniwareDate(story.packedAt),
    AWB: story.awb,
    courierName: "Conform Express",
    shippingProviderName: "CFX",
    facilityCode: FACILITY,
    dispatchedOn: uniwareDate(story.packedAt.add({ minutes: 40 })),
    customFields: fields(story.customFields),
    orderItems: allUnits(story).map(({ code, line, amounts }) => {
      const half = line.gstBasisPoints / 200;
      return {
        ...part(sample, "orderItems"),
        orderItemCode: code,
        discountAmt: rupees(amounts.discount),
        giftWrapCharges: rupees(amounts.giftWrap),
        mrp: rupees(line.pricePaise),
        Rate: rupees(amounts.total),
        total: rupees(amounts.total + amounts.discount),
        skuCode: line.sku,
        taxableAmt: rupees(amounts.taxable),
        SGSTPercent: taxed === "intra" ? half : 0,
        CGSTPercent: taxed === "inter" ? 0 : half,
        IGSTPercent: taxed === "inter" ? line.gstBasisPoints / 100 : 0,
        CESSPercent: line.cessBasisPoints / 100,
        UGSTPercent: taxed === "territory" ? half : 0,
        SGSTAmt: rupees(amounts.sgst),
        CGSTAmt: rupees(amounts.cgst),
        IGSTAmt: rupees(amounts.igst),
        CESSAmt: rupees(amounts.cess),
        UGSTAmt: rupees(amounts.utgst),
        netAmt: rupees(amounts.total - amounts.taxable),
      };
    }),
    saleOrder: [
      {
        ...part(sample, "saleOrder"),
        code: story.orderCode,
        paymentMethod: story.cod ? "COD" : "Prepaid",
        addresses: [{ ...part(part(sample, "saleOrder"), "addresses"), name: story.buyer }],
      },
    ],
  };
}

export function delivered(story: Story): Json {
  return {
    ...exampleBody(CONTRACT, "/delivered"),
    ...story.extra,
    saleOrderCode: story.orderCode,
    shippingPackageCode: story.code,
    trackingNumber: story.awb,
    courier: "CFX",
    timestamp: uniwareDate(story.packedAt.add({ minutes: 55 })),
    comment: "",
  };
}

/** @param how whole: all units of the parcel; early: before there was a parcel; part: its last unit alone, for no reason given */
export function cancelSOItem(story: Story, how: "whole" | "early" | "part"): Json {
  const { shippingPackageCode: _, ...sample } = exampleBody(CONTRACT, "/cancelSOItem");
  const { cancellationReason, ...item } = part(exampleBody(CONTRACT, "/cancelSOItem"), "items");
  const units = how === "part" ? allUnits(story).slice(-1) : allUnits(story);
  return {
    ...sample,
    ...story.extra,
    saleOrderCode: story.orderCode,
    displayOrderCode: story.displayCode,
    facilityCode: FACILITY,
    ...(how === "early" ? {} : { shippingPackageCode: story.code }),
    items: units.map(({ code, line }) => ({
      ...item,
      itemCode: code,
      itemSku: line.sku,
      ...(how === "part" ? {} : { cancellationReason }),
    })),
  };
}

export type ReturnKind = "CIR" | "RTO";

/** The reverse pickup's code for a customer's return, the parcel's for one that comes back undelivered. */
export function returnIdOf(story: Story, kind: ReturnKind): string {
  return kind === "CIR" ? `CFR-${story.code}` : story.code;
}

function returnFacts(story: Story, kind: ReturnKind): Json {
  return {
    ...story.extra,
    returnId: returnIdOf(story, kind),
    returnReason: kind === "CIR" ? "Size too big" : "RTO",
    type: kind === "CIR" ? "CUSTOMER_RETURN" : "RTO - Return To Origin",
    createdOn: uniwareDate(story.packedAt.add({ minutes: 56 })),
    facilityCode: FACILITY,
    customFieldValues: fields(story.customFields),
    orderItems: allUnits(story).map(({ code, line }) => ({
      orderItemId: code,
      bundleIdentifier: null,
      skuCode: line.sku,
      customFieldValues: [],
    })),
  };
}

export function createReturn(story: Story, kind: ReturnKind): Json {
  const { ShippingPackageCode: _, ...sample } = exampleBody(CONTRACT, "/createReturn");
  return {
    ...sample,
    ...returnFacts(story, kind),
    SaleOrderCode: story.orderCode,
    status: kind === "CIR" ? "CREATED" : "Return_AWAITED",
    ...(kind === "CIR" ? {} : { ShippingPackageCode: story.code }),
  };
}

export function allocateReturnCourier(story: Story): Json {
  return {
    ...exampleBody(CONTRACT, "/allocateReturnCourier"),
    ...story.extra,
    saleOrderCode: story.orderCode,
    reversePickupCode: returnIdOf(story, "CIR"),
    courierName: "Conform Express",
    facilityCode: FACILITY,
    AWB: `R${story.awb}`,
    orderItems: allUnits(story).map(({ code, line }) => ({
      orderItemId: code,
      bundleIdentifier: null,
      skuCode: line.sku,
      qty: "1",
    })),
    customFieldValues: [],
  };
}

export function completeReturn(story: Story, kind: ReturnKind): Json {
  const { shippingPackageCode: _, ...sample } = exampleBody(CONTRACT, "/completeReturn");
  return {
    ...sample,
    ...returnFacts(story, kind),
    orderId: story.orderCode,
    courierName: "Conform Express",
    status: kind === "CIR" ? "COMPLETED" : "RETURNED",
    completedAt: uniwareDate(story.packedAt.add({ minutes: 59 })),
    trackingNumber: kind === "CIR" ? `R${story.awb}` : story.awb,
    invoiceNumber: `CN${story.invoiceCode}`,
    ...(kind === "CIR" ? {} : { shippingPackageCode: story.code }),
  };
}
