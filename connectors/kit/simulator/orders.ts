/** Making orders: sensible, invented, repeatable by seed; whatever is wished for stands. */
import { z } from "zod";
import { anAddress } from "./buyers.ts";
import { isJson, type Json } from "./json.ts";
import type { Random } from "./random.ts";
import type { CatalogueVariant, SimOrder, SimOrderItem } from "./types.ts";
import type { World } from "./world.ts";

const rupees = z.number().min(0).max(10_000_000);
const text = z.string().max(500);

/** A line wished for, in short form or as the wire writes it. Amounts are rupees of one unit. */
const itemWish = z.looseObject({
  orderItemId: text.optional(),
  sku: text.optional(),
  productId: text.optional(),
  variantId: text.optional(),
  title: text.optional(),
  quantity: z.int().min(1).max(10_000).default(1),
  sellingPrice: rupees.optional(),
  shippingCharges: rupees.optional(),
  cashOnDeliveryCharges: rupees.optional(),
  discount: rupees.optional(),
  orderItemPrice: z
    .looseObject({
      sellingPrice: rupees.optional(),
      shippingCharges: rupees.optional(),
      cashOnDeliveryCharges: rupees.optional(),
      discount: rupees.optional(),
    })
    .optional(),
  giftWrap: z.object({ giftWrapMessage: text.default(""), giftWrapCharges: rupees.default(0) }).optional(),
  onHold: z.boolean().optional(),
  packetNumber: z.int().min(0).optional(),
  facilityCode: text.optional(),
});
type ItemWish = z.infer<typeof itemWish>;

const addressWish = z.object({
  name: text.optional(),
  phone: text.optional(),
  email: text.optional(),
  addressLine1: text.optional(),
  addressLine2: text.optional(),
  city: text.optional(),
  state: text.optional(),
  country: text.optional(),
  pincode: z.union([text, z.int()]).transform(String).optional(),
});

/** Parts of an order wished for. The address may stand flat (`pincode`) or as `shippingAddress`; lines as `items` or
 *  `orderItems`. A member that is not named here is laid over the order as sent, like `raw`. */
export const orderWish = addressWish.extend({
  id: text.min(1).optional(),
  displayOrderNumber: text.optional(),
  seller: text.optional(),
  items: z.array(itemWish).min(1).max(1_000).optional(),
  orderItems: z.array(itemWish).min(1).max(1_000).optional(),
  paymentType: z.enum(["COD", "PREPAID"]).optional(),
  thirdPartyShipping: z.boolean().optional(),
  orderStatus: z.enum(["PENDING_VERIFICATION", "CREATED", "CANCELLED"]).optional(),
  /** The marketplace reviews it: it is pendency until it is released or dropped. */
  underReview: z.boolean().optional(),
  /** The marketplace's code of the warehouse that all lines leave from. */
  warehouse: text.min(1).optional(),
  /** The order date lies so far back: an order that shows late. */
  placedMinutesAgo: z.number().min(0).max(1_000_000).optional(),
  priority: z.int().optional(),
  /** Hours from now until it must be dispatched. */
  slaHours: z.number().min(-10_000).max(10_000).optional(),
  shippingAddress: addressWish.optional(),
  billingAddress: addressWish.optional(),
  gstin: text.optional(),
  additionalInfo: text.optional(),
  /** False: the order is made but not pushed. */
  push: z.boolean().optional(),
  raw: z.record(z.string(), z.unknown()).optional(),
});

export interface OrderWish extends z.infer<typeof orderWish> {}

/** Reads a wish; members it does not know go to `raw`. Throws ZodError. */
export function readOrderWish(body: unknown): OrderWish {
  const given: Json = isJson(body) ? body : {};
  const known = new Set(Object.keys(orderWish.shape));
  const rest = Object.fromEntries(Object.entries(given).filter(([member]) => !known.has(member)));
  const wish = orderWish.parse(given);
  return Object.keys(rest).length === 0 ? wish : { ...wish, raw: { ...rest, ...wish.raw } };
}

export interface OrderMaker {
  readonly world: World;
  readonly random: Random;
  readonly now: Temporal.Instant;
  /** Taken where none is wished for. */
  readonly id: string;
  readonly displayNumber: string;
  readonly seller: string;
  readonly thirdPartyShipping: boolean;
  readonly warehouses: readonly string[];
}

const CLOSE_OF_DAY = { hour: 18, minute: 0, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 };
const COD_RATE = 0.2;

export function makeOrder(maker: OrderMaker, wish: OrderWish): SimOrder {
  const { random, now } = maker;
  const id = wish.id ?? maker.id;
  const shippingAddress = anAddress(random, { ...wish, ...wish.shippingAddress });
  const paymentType = wish.paymentType ?? (random.chance(COD_RATE) ? "COD" : "PREPAID");
  const wished = wish.items ?? wish.orderItems ?? someItems(maker);
  const underReview = wish.underReview ?? false;
  const placedAt = now.subtract({ seconds: Math.round((wish.placedMinutesAgo ?? 0) * 60) });
  // One warehouse an order: what may not be split must come out of one.
  const drawn = maker.warehouses.length > 0 ? (random.pick(maker.warehouses) ?? null) : null;
  const facts = { paymentType, underReview, warehouse: wish.warehouse ?? drawn };
  return {
    id,
    displayOrderNumber: wish.displayOrderNumber ?? maker.displayNumber,
    seller: wish.seller ?? maker.seller,
    orderDate: seconds(placedAt),
    slaBy: seconds(
      wish.slaHours === undefined ? dispatchBy(now) : now.add({ minutes: Math.round(wish.slaHours * 60) }),
    ),
    priority: wish.priority ?? 0,
    paymentType,
    thirdPartyShipping: wish.thirdPartyShipping ?? maker.thirdPartyShipping,
    shippingAddress,
    billingAddress: wish.billingAddress
      ? anAddress(random, { ...shippingAddress, ...wish.billingAddress })
      : shippingAddress,
    gstin: wish.gstin ?? "",
    additionalInfo: wish.additionalInfo ?? "",
    items: wished.map((item, index) => makeItem(maker, item, `${id}-${index + 1}`, facts)),
    raw: wish.raw ?? null,
    orderStatus: wish.orderStatus ?? (underReview ? "PENDING_VERIFICATION" : "CREATED"),
    underReview: underReview || heldLines(wish, wished),
    acknowledgedAt: null,
    invoices: [],
    parcels: [],
    shipments: [],
    courierStatuses: [],
    updatedAt: now.toString({ smallestUnit: "millisecond" }),
    returns: [],
    irns: [],
    pushes: [],
  };
}

/** An order that waits and whose lines are held is one under review, however it was wished for. */
function heldLines(wish: OrderWish, lines: readonly ItemWish[]): boolean {
  return wish.orderStatus === "PENDING_VERIFICATION" && lines.some((line) => line.onHold === true);
}

/** Six in the evening of the next day, Indian time. */
function dispatchBy(now: Temporal.Instant): Temporal.Instant {
  return now.toZonedDateTimeISO("Asia/Kolkata").add({ days: 1 }).with(CLOSE_OF_DAY).toInstant();
}

/** Wire times have no fraction, so an order holds none: what is sent and what is held are then equal. */
function seconds(at: Temporal.Instant): string {
  return at.round({ smallestUnit: "second", roundingMode: "floor" }).toString();
}

/** Mostly one line of one unit, as shops see it. */
function someItems(maker: OrderMaker): ItemWish[] {
  const lines = maker.random.pick([1, 1, 1, 1, 2, 2, 3]);
  const chosen = new Map<string, ItemWish>();
  const all = [...maker.world.products.values()];
  for (let line = 0; line < lines; line++) {
    const variant = maker.random.pick(all);
    if (variant) chosen.set(variant.sku, { sku: variant.sku, quantity: maker.random.pick([1, 1, 1, 1, 2, 3]) });
  }
  return chosen.size > 0 ? [...chosen.values()] : [{ sku: "UNLISTED", quantity: 1 }];
}

interface OrderFacts {
  readonly paymentType: "COD" | "PREPAID";
  readonly warehouse: string | null;
  readonly underReview: boolean;
}

function makeItem(maker: OrderMaker, wish: ItemWish, id: string, order: OrderFacts): SimOrderItem {
  const listed = findListed(maker.world, wish);
  const price = { ...wish, ...wish.orderItemPrice };
  const freeOfCharge = wish.sellingPrice !== undefined || wish.orderItemPrice !== undefined;
  // Charges are invented only beside an invented price: who names a price means the whole of it.
  const some = (rate: number, paise: number) => (!freeOfCharge && maker.random.chance(rate) ? paise : 0);
  const sku = wish.sku ?? listed?.sku ?? "UNLISTED";
  const sellingPricePaise = paiseOr(price.sellingPrice, listed?.pricePaise ?? 49_900);
  return {
    orderItemId: wish.orderItemId ?? id,
    productId: wish.productId ?? listed?.productId ?? `X-${sku}`,
    variantId: wish.variantId ?? listed?.variantId ?? `X-${sku}-STD`,
    sku,
    title: wish.title ?? (listed ? fullTitle(listed) : sku),
    quantity: wish.quantity,
    sellingPricePaise,
    shippingChargesPaise: paiseOr(price.shippingCharges, some(0.3, 4_900)),
    cashOnDeliveryChargesPaise: paiseOr(price.cashOnDeliveryCharges, order.paymentType === "COD" ? some(1, 3_000) : 0),
    discountPaise: paiseOr(price.discount, some(0.25, Math.floor(sellingPricePaise / 1_000) * 100)),
    giftWrap: wish.giftWrap
      ? { message: wish.giftWrap.giftWrapMessage, chargesPaise: Math.round(wish.giftWrap.giftWrapCharges * 100) }
      : null,
    onHold: wish.onHold ?? order.underReview,
    packetNumber: wish.packetNumber ?? 1,
    facilityCode: wish.facilityCode ?? order.warehouse,
    status: "CREATED",
    cancelledQuantity: 0,
    dispatchedQuantity: 0,
    returned: null,
    changedAt: maker.now.toString({ smallestUnit: "millisecond" }),
  };
}

function findListed(world: World, wish: ItemWish): CatalogueVariant | undefined {
  return world.products
    .values()
    .find(
      (variant) =>
        (wish.sku !== undefined || wish.productId !== undefined || wish.variantId !== undefined) &&
        (wish.sku === undefined || variant.sku === wish.sku) &&
        (wish.productId === undefined || variant.productId === wish.productId) &&
        (wish.variantId === undefined || variant.variantId === wish.variantId),
    );
}

export function fullTitle(variant: CatalogueVariant): string {
  return variant.variantTitle === undefined ? variant.title : `${variant.title} (${variant.variantTitle})`;
}

function paiseOr(wished: number | undefined, otherwise: number): number {
  return wished === undefined ? otherwise : Math.round(wished * 100);
}
