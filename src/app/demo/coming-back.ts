import { z } from "zod";
import {
  addParcels,
  addToManifests,
  closeManifest,
  createManifest,
  invoicePackages,
  labelPackages,
  type StepResult,
} from "../../fulfilment/index.ts";
import { must, type TenantId } from "../../kernel/index.ts";
import { type Ctx, type Services, systemCtx } from "../../platform/context.ts";
import { completePutaway } from "../../putaway/index.ts";
import { receiveAtDesk } from "../../returns/index.ts";
import { syncOrderNow } from "../../status-sync/index.ts";
import type { DemoCredentials } from "./credentials.ts";
import { type DemoParcel, demoChannels, parcelsOf } from "./demo.store.ts";
import { happen, type OpenShop, placeOrder, pullOrdersNow, sellersOf } from "./marketplaces.ts";
import { type Wait, waiting } from "./wait.ts";

/** How far the demo carries a parcel that comes back; the rest is for a visitor. */
type Fate =
  /** It turned back, and its marketplace said so. */
  | "EXPECTED"
  /** It turned back, and nobody has told us: whoever scans it is offered to ask. */
  | "UNANNOUNCED"
  /** It turned back, and lies on its shelf: the credit note is due. */
  | "PUT_AWAY"
  /** It was delivered, and the customer sends it back: a reverse pickup. */
  | "FROM_CUSTOMER";

const PARCELS: readonly { readonly channel: string; readonly sku: string; readonly fate: Fate }[] = [
  { channel: "AJIO_Dropship_1", sku: "AVAASA-KURTA-TEAL-S", fate: "EXPECTED" },
  { channel: "AJIO_Dropship_1", sku: "AVAASA-KURTA-TEAL-M", fate: "UNANNOUNCED" },
  { channel: "AJIO_Dropship_1", sku: "AVAASA-KURTA-TEAL-L", fate: "PUT_AWAY" },
  { channel: "AJIO_Dropship_1", sku: "AVAASA-KURTA-TEAL-XL", fate: "FROM_CUSTOMER" },
  { channel: "Oker_1", sku: "USHA-IRON-STEAM", fate: "EXPECTED" },
  { channel: "Oker_1", sku: "MORPHY-OTG-24", fate: "PUT_AWAY" },
  { channel: "Oker_1", sku: "BAJAJ-FAN-SWAY-1200", fate: "FROM_CUSTOMER" },
  { channel: "Jupiter_Money_1", sku: "TATA-TEA-GOLD-1KG", fate: "EXPECTED" },
  { channel: "Jupiter_Money_1", sku: "MILTON-FLASK-1L", fate: "FROM_CUSTOMER" },
];

interface Sent {
  readonly open: OpenShop;
  readonly fate: Fate;
  readonly id: string;
}

/**
 * Parcels that left and come back, by the same commands and the same calls of the marketplaces as every other: expected ones,
 * reverse pickups, one that waits for AJIO's credit note and one that has ours.
 * @param signal the demo ends: what is under way is left where it stands
 */
export async function playReturns(
  services: Services,
  tenantId: TenantId,
  parts: { readonly shops: readonly OpenShop[]; readonly credentials: DemoCredentials },
  signal: AbortSignal,
): Promise<void> {
  const ctx = () => systemCtx(services, tenantId, "demo", "demo-coming-back");
  const wait = waiting(signal);
  const sent = await place(parts);
  for (const channel of await demoChannels(services, tenantId)) await pullOrdersNow(ctx(), channel);
  const ids = sent.map(({ id }) => id);
  const parcels = await wait("the parcels to be there", async () => {
    const found = await parcelsOf(ctx(), ids);
    return found.length >= ids.length && found;
  });
  await pack(ctx, parcels, wait);
  await handOver(ctx, await parcelsOf(ctx(), ids)); // they have their couriers since the label
  for (const each of sent) {
    const parcel = parcels.find(({ channelOrderId }) => channelOrderId === each.id);
    if (!parcel) throw new Error(`order ${each.id} has a parcel`);
    await wait(`${each.id} to be known as dispatched`, () => knownAsGone(each));
    await turnBack(ctx, each, parcel);
  }
}

async function place({
  shops,
  credentials,
}: {
  readonly shops: readonly OpenShop[];
  readonly credentials: DemoCredentials;
}): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const { channel, sku, fate } of PARCELS) {
    const open = shops.find(({ shop }) => shop.channels.some(({ name }) => name === channel));
    const seller = open && sellersOf(open.shop, credentials).find((each) => each.channel === channel);
    if (!open || !seller) continue; // a channel of another version
    sent.push({ open, fate, id: await placeOrder(open, seller, 0, { item: { sku, quantity: 1 } }) });
  }
  return sent;
}

/** Invoices and labels, asked for until they are there: a channel and the portal take their time. */
export async function pack(ctx: () => Ctx, parcels: readonly DemoParcel[], wait: Wait): Promise<void> {
  const packageIds = parcels.map((parcel) => parcel.packageId);
  for (const step of [invoicePackages, labelPackages])
    await wait("every parcel to have its papers", async () => {
      const results: readonly StepResult[] = await step(ctx(), { packageIds });
      const refused = results.find((result) => result.outcome === "FAILED");
      if (refused) throw new Error(`${refused.code} was refused: ${refused.refusal?.code ?? "no reason given"}`);
      return results.every((result) => result.outcome !== "WAITING");
    });
}

/** On manifests of their own where a visitor has open ones: those stay as they are. */
export async function handOver(ctx: () => Ctx, parcels: readonly DemoParcel[]): Promise<void> {
  const [theirs, own] = [parcels.filter((p) => p.thirdPartyShipping), parcels.filter((p) => !p.thirdPartyShipping)];
  const together = Map.groupBy(own, (p) => `${p.facilityId} ${p.channelId} ${p.shippingProviderId}`);
  for (const [first, ...more] of together.values()) {
    if (!first) continue;
    const { facilityId, channelId, shippingProviderId, thirdPartyShipping } = first;
    const { manifestId } = must(
      await createManifest(ctx(), { facilityId, channelId, shippingProviderId, thirdPartyShipping }),
    );
    must(await addParcels(ctx(), { manifestId, packageIds: [first, ...more].map((p) => p.packageId) }));
    must(await closeManifest(ctx(), manifestId));
  }
  if (theirs.length === 0) return;
  const { manifests } = must(await addToManifests(ctx(), { packageIds: theirs.map((p) => p.packageId) }));
  for (const { manifestId } of manifests) must(await closeManifest(ctx(), manifestId));
}

const seen = z.object({
  orders: z.array(
    z.object({
      id: z.string(),
      items: z.array(z.object({ quantity: z.number(), dispatchedQuantity: z.number() })),
    }),
  ),
});

function knownAsGone({ open, id }: Sent): boolean {
  const order = seen.parse(open.simulator.log()).orders.find((each) => each.id === id);
  return order?.items.every((item) => item.dispatchedQuantity === item.quantity) ?? false;
}

async function turnBack(ctx: () => Ctx, { open, fate, id }: Sent, parcel: DemoParcel): Promise<void> {
  const { simulator, shop } = open;
  const heard = async () => {
    if (!shop.pushes) must(await syncOrderNow(ctx(), parcel.saleOrderId));
  };
  if (fate === "FROM_CUSTOMER") {
    await happen(simulator, id, "deliver");
    await heard();
    await happen(simulator, id, "return", { reason: "Size too small" });
    return heard();
  }
  await happen(simulator, id, "rto", { reason: "Customer not reachable after 3 attempts" });
  if (fate === "UNANNOUNCED") return;
  await heard();
  if (fate !== "PUT_AWAY") return;
  const { putaway } = must(
    await receiveAtDesk(ctx(), {
      ...{ held: { shippingPackageId: parcel.packageId }, facilityId: parcel.facilityId, units: null, grade: "good" },
      ...{ unannounced: false, putawayId: null },
    }),
  );
  if (putaway) must(await completePutaway(ctx(), { putawayId: putaway.putawayId, confirmAll: true }));
}
