import { setTimeout as pause } from "node:timers/promises";
import type { RunningCourierSimulator, Step } from "../../../couriers/protocol/simulator/index.ts";
import { must, ok, paise, type TenantId } from "../../kernel/index.ts";
import { createCustomOrders } from "../../orders/index.ts";
import { type Services, systemCtx } from "../../platform/context.ts";
import { trackNow } from "../../status-sync/index.ts";
import { GIFT_NOTE, HAWK_STORE } from "./carrying.ts";
import { handOver, pack } from "./coming-back.ts";
import type { DemoCredentials } from "./credentials.ts";
import type { OpenDelivery } from "./delivery.ts";
import { type DemoParcel, demoChannels, parcelsOf } from "./demo.store.ts";
import { type OpenShop, placeOrder, sellersOf } from "./marketplaces.ts";
import { type Wait, waiting } from "./wait.ts";

/** What the courier does with a parcel, by its own calls; without a story it goes on by the courier's clock. */
interface Story {
  readonly sku: string;
  readonly steps: readonly Step[];
  readonly reason?: string;
  /** The partner's business refuses its invoice: flagged for a person. */
  readonly refused?: true;
}

const TO_THE_DOOR: readonly Step[] = ["out-for-pickup", "pickup", "transit", "out-for-delivery"];
const STORIES: readonly Story[] = [
  { sku: "TITAN-KARISHMA-WATCH", steps: [...TO_THE_DOOR, "deliver"] },
  { sku: "PHILIPS-TRIMMER", steps: [...TO_THE_DOOR, "undelivered"], reason: "Customer not available" },
  { sku: "FUNSKOOL-LUDO", steps: [...TO_THE_DOOR, "undelivered", "rto"], reason: "Customer refused" },
  { sku: "COSCO-FOOTBALL-5", steps: [], refused: true },
  { sku: "BOMBAY-TOWEL-4", steps: [] },
  { sku: "SAFARI-TROLLEY-55", steps: [] }, // heavy: by road, unless it is paid in cash
];
const REFUSAL = "The item is not in our item master";

interface Parts {
  readonly shops: readonly OpenShop[];
  readonly credentials: DemoCredentials;
  readonly delivery: OpenDelivery;
}

/**
 * Parcels that the seller ships himself, by the same commands and calls as every other: delivered, not delivered, on its way
 * back, on their way; and one of which the partner will not hear.
 * @param signal the demo ends: what is under way is left where it stands
 */
export async function playSelfShipped(
  services: Services,
  tenantId: TenantId,
  parts: Parts,
  signal: AbortSignal,
): Promise<void> {
  const ctx = () => systemCtx(services, tenantId, "demo", "demo-self-shipped");
  const wait = waiting(signal);
  const placed = await place(parts);
  const ids = [...placed.keys()];
  const there = async () => {
    const found = await parcelsOf(ctx(), ids);
    return found.length >= ids.length && found;
  };
  const parcels = await wait("the parcels that the seller ships to be there", there);
  const isRefused = ({ channelOrderId }: DemoParcel) => placed.get(channelOrderId)?.refused === true;
  await beRefused(parts.delivery, wait, () => pack(ctx, parcels.filter(isRefused), wait));
  const others = parcels.filter((parcel) => !isRefused(parcel));
  await pack(ctx, others, wait);
  const labelled = await parcelsOf(ctx(), ids); // they have their couriers since the label
  await handOver(ctx, labelled);
  for (const { channelOrderId, code } of labelled) {
    const story = placed.get(channelOrderId);
    if (story) await carry(parts.delivery.couriers, code, story);
    if (story?.reason !== undefined) must(await trackNow(ctx(), code)); // why is told to whoever asks
  }
}

/** Stories by the marketplace's id of their orders. */
async function place({ shops, credentials }: Parts): Promise<Map<string, Story>> {
  const placed = new Map<string, Story>();
  const open = shops.find(({ shop }) => shop.channels.some(({ name }) => name === HAWK_STORE));
  const seller = open && sellersOf(open.shop, credentials).find(({ channel }) => channel === HAWK_STORE);
  if (!open || !seller) return placed; // a shop of another version
  for (const story of STORIES)
    placed.set(await placeOrder(open, seller, 0, { item: { sku: story.sku, quantity: 1 } }), story);
  return placed;
}

/** What is invoiced in `work` is refused by the partner's business once. */
async function beRefused({ partner }: OpenDelivery, wait: Wait, work: () => Promise<void>): Promise<void> {
  partner.fault({ kind: "failed", operation: "invoiced", count: 1, message: REFUSAL });
  await work();
  await wait("the partner to refuse an invoice", () =>
    partner.received({ event: "invoiced" }).some(({ outcome }) => outcome === "Failed"),
  );
}

async function carry(
  couriers: readonly RunningCourierSimulator[],
  code: string,
  { steps, reason }: Story,
): Promise<void> {
  const courier = couriers.find((one) => one.parcel(code) !== null);
  for (const step of courier ? steps : [])
    await courier?.act(code, step, reason !== undefined && step === "undelivered" ? { reason } : {});
}

/** Light things of which there is plenty, each with its price in rupees. */
const PHONED = [
  { sku: "ISSEY-AGARBATTI-6", rupees: 240 },
  { sku: "SYSKA-BULB-9W-4", rupees: 349 },
  { sku: "WOODEN-CHANNAPATNA", rupees: 699 },
  { sku: "HALDIRAM-SOANPAPDI-500", rupees: 185 },
  { sku: "FOREST-SOAP-SET", rupees: 1475 },
] as const;

const CALLER = {
  ...{ name: "Nandini Bose", line1: "12 Lake Road", line2: null, city: "Kolkata", state: "West Bengal" },
  ...{ country: "India", pincode: "700029", phone: "9800000041", email: null },
};
const THERE_MAX_MS = 20_000;
const LOOK_EVERY_MS = 500;

/**
 * One order by phone, a gift, which the warehouse packs and hands over by itself: Hawk carries it, and it goes on by Hawk's clock.
 * What is out of stock waits like every other order.
 * @param n walks through the goods
 */
export async function shipPhoneOrder(
  services: Services,
  tenantId: TenantId,
  n: number,
  signal: AbortSignal,
): Promise<void> {
  const ctx = () => systemCtx(services, tenantId, "demo", "demo-phone");
  const channel = (await demoChannels(services, tenantId)).find(({ code }) => code === "Phone_orders");
  const goods = PHONED[n % PHONED.length];
  if (!channel || !goods) return; // a visitor may have no such channel any more
  const order = {
    ...{ channelId: channel.channelId, code: null, placedAt: null, dispatchBy: null, priority: 0 },
    ...{ paymentType: "PREPAID" as const, shippingCharges: paise(0), buyerGstin: null, additionalInfo: null },
    ...{ shippingAddress: CALLER, billingAddress: CALLER },
    lines: [
      { sku: goods.sku, quantity: 1, sellingPrice: paise(goods.rupees * 100), discount: paise(0), facility: "BLR1" },
    ],
    customFields: [{ name: GIFT_NOTE, value: "With love from Pune" }],
  };
  const codes: string[] = [];
  must(
    await ctx().db.transaction(tenantId, async (tx) => {
      for (const entered of await createCustomOrders(tx, ctx(), [order], "FORM")) codes.push(must(entered).code);
      return ok();
    }),
  );
  const endMs = performance.now() + THERE_MAX_MS;
  let parcels = await parcelsOf(ctx(), codes);
  while (parcels.length === 0 && performance.now() < endMs) {
    await pause(LOOK_EVERY_MS, undefined, { signal });
    parcels = await parcelsOf(ctx(), codes);
  }
  if (parcels.length === 0) return;
  await pack(ctx, parcels, waiting(signal));
  await handOver(ctx, await parcelsOf(ctx(), codes));
}
