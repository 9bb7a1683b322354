/** Bodies of the events that are about no order: purchases and gate passes. */
import type { Json } from "../../contract/compile.ts";
import { exampleBody, part } from "../contract-example.ts";
import { uniwareDate } from "./bodies.ts";

const CONTRACT = "partner-notifications";

export interface Purchase {
  readonly code: string;
  readonly grnCode: string;
  readonly at: Temporal.Instant;
  readonly customFields: readonly { readonly fieldName: string; readonly fieldValue: string }[];
}

export interface Gatepass {
  readonly code: string;
  readonly at: Temporal.Instant;
  /** Null, as in the vendor's sample, or a list. */
  readonly customFields: readonly { readonly name: string; readonly value: string }[] | null;
}

export function approvedPurchaseOrder({ code, at, customFields }: Purchase): Json {
  const sample = exampleBody(CONTRACT, "/approvedPurchaseOrder");
  return {
    ...sample,
    code,
    created: uniwareDate(at),
    deliveryDate: uniwareDate(at.add({ hours: 72 })),
    expiryDate: uniwareDate(at.add({ hours: 240 })),
    purchaseOrderItems: [6, 250].map((quantity) => ({
      ...part(sample, "purchaseOrderItems"),
      quantity,
      total: quantity * 100,
    })),
    customFieldValues: customFields,
  };
}

export function completeInflowReceipt({ code, grnCode, at, customFields }: Purchase): Json {
  const sample = exampleBody(CONTRACT, "/completeInflowReceipt");
  const created = uniwareDate(at.add({ minutes: 5 }));
  return {
    ...sample,
    GRNCreatedDateTime: created,
    GRNnumber: grnCode,
    poNumber: code,
    putAwayCreatedDateTime: created,
    vendorInvoiceDate: uniwareDate(at),
    // A row of pieces with dates of their own, and one of goods that have none.
    grnItems: [part(sample, "grnItems"), { skuCode: "CF-BELT", Quantity: 4, rejectedQuantity: 1, batchCode: null }],
    customFieldValues: customFields,
  };
}

function gatepass(path: string, { code, at, customFields }: Gatepass): Json {
  return {
    ...exampleBody(CONTRACT, path),
    code,
    created: uniwareDate(at),
    updated: uniwareDate(at.add({ minutes: 5 })),
    customFieldValues: customFields,
  };
}

export function awaitedGatepass(about: Gatepass): Json {
  return gatepass("/awaitedGatepass", about);
}

export function closeGatepass(about: Gatepass): Json {
  return gatepass("/closeGatepass", about);
}

export function discardGatepass({ code, at }: Gatepass): Json {
  return { ...exampleBody(CONTRACT, "/discardGatepass"), code, updated: uniwareDate(at) };
}
