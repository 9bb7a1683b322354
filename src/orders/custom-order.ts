import { createHash } from "node:crypto";
import { z } from "zod";
import type { ImportedAddress, ImportedCustomField, ImportedSaleOrder } from "../../connectors/kit/index.ts";
import { type ChannelId, type Instant, type Paise, paise } from "../kernel/index.ts";

/** An order taken by a person (phone, shop, B2B): from a form or a row group of a CSV. */
export interface CustomOrder {
  readonly channelId: ChannelId;
  /** The seller's own number; made here when absent. The same number twice is the same order. */
  readonly code: string | null;
  /** Null: the moment at which it is entered. */
  readonly placedAt: Instant | null;
  /** Null: the channel's hours after it was placed. */
  readonly dispatchBy: Instant | null;
  readonly paymentType: "COD" | "PREPAID";
  readonly priority: number;
  readonly lines: readonly CustomLine[];
  readonly shippingCharges: Paise;
  readonly shippingAddress: ImportedAddress;
  readonly billingAddress: ImportedAddress;
  readonly buyerGstin: string | null;
  readonly additionalInfo: string | null;
  readonly customFields?: readonly ImportedCustomField[];
}

export interface CustomLine {
  /** Code of our own SKU. */
  readonly sku: string;
  readonly quantity: number;
  /** Of one unit, tax included, before discount. */
  readonly sellingPrice: Paise;
  /** Of one unit. */
  readonly discount: Paise;
  /** Code of the facility that it ships from; chosen here when null. */
  readonly facility: string | null;
  /** Of each of its units. */
  readonly customFields?: readonly ImportedCustomField[];
}

/** An order with what stands in for what was not given. */
export interface NamedOrder extends CustomOrder {
  readonly code: string;
  readonly placedAt: Instant;
  readonly dispatchBy: Instant;
}

export function named(order: CustomOrder, code: string, at: Instant, tatHours: number): NamedOrder {
  const placedAt = order.placedAt ?? at;
  return { ...order, code, placedAt, dispatchBy: order.dispatchBy ?? placedAt.add({ hours: tatHours }) };
}

/** SHA-256 of what a person gave: the same order entered again is the same, whenever that is. */
export function hashOf(order: CustomOrder): string {
  return createHash("sha256").update(JSON.stringify(order)).digest("hex");
}

const amount = z.number().transform(paise);
const moment = z.string().transform((text) => Temporal.Instant.from(text));
const text = z.string().nullable();
const address = z.object({
  ...{ name: z.string(), line1: z.string(), line2: text, city: z.string(), state: z.string(), country: z.string() },
  ...{ pincode: z.string(), phone: z.string(), email: text },
});
const fields = z.array(z.object({ name: z.string(), value: z.string() })).default([]);
/** A custom order as intake keeps it (JSON of a NamedOrder). */
const stored = z.object({
  channelId: z.string().transform((id) => id as ChannelId), // written by this module from one
  code: z.string(),
  placedAt: moment,
  dispatchBy: moment,
  paymentType: z.enum(["COD", "PREPAID"]),
  priority: z.number(),
  lines: z.array(
    z.object({
      ...{ sku: z.string(), quantity: z.number(), sellingPrice: amount, discount: amount, facility: text },
      customFields: fields,
    }),
  ),
  shippingCharges: amount,
  shippingAddress: address,
  billingAddress: address,
  buyerGstin: text,
  additionalInfo: text,
  customFields: fields,
});

/** A custom order that intake kept, with what a person put right, for another try. Null: it was not kept by this module. Pure. */
export function readStored(raw: unknown): ImportedSaleOrder | null {
  const read = stored.safeParse(raw);
  return read.success ? importedOf(read.data) : null;
}

/** A custom order in the words of intake. */
export function importedOf(order: NamedOrder): ImportedSaleOrder {
  return {
    channelOrderId: order.code,
    displayCode: order.code,
    status: "CREATED",
    placedAt: order.placedAt,
    dispatchBy: order.dispatchBy,
    priority: order.priority,
    paymentType: order.paymentType,
    currency: "INR",
    thirdPartyShipping: false,
    taxExempt: false,
    buyerGstin: order.buyerGstin,
    additionalInfo: order.additionalInfo,
    ...(order.customFields ? { customFields: order.customFields } : {}),
    orderAmounts: order.shippingCharges > 0 ? { shippingCharges: order.shippingCharges } : {},
    lines: order.lines.map((line, i) => ({
      channelOrderItemId: `${order.code}-L${i + 1}`,
      productId: line.sku,
      variantId: line.sku,
      channelProductId: line.sku,
      channelSku: line.sku,
      title: null,
      quantity: line.quantity,
      cancelled: false,
      onHold: false,
      packetNumber: 0,
      channelWarehouse: line.facility,
      sellingPrice: line.sellingPrice,
      discount: line.discount,
      giftMessage: null,
      ...(line.customFields ? { customFields: line.customFields } : {}),
    })),
    shippingAddress: order.shippingAddress,
    billingAddress: order.billingAddress,
    payment: null,
  };
}
