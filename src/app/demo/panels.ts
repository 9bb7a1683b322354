import { invoicePackages } from "../../fulfilment/index.ts";
import { must, type TenantId } from "../../kernel/index.ts";
import { type Ctx, type Services, systemCtx } from "../../platform/context.ts";
import { syncOrderNow } from "../../status-sync/index.ts";
import type { DemoCredentials } from "./credentials.ts";
import { type DemoOrder, demoChannels, ordersOf, parcelsOf } from "./demo.store.ts";
import { happen, type OpenShop, placeOrder, pullOrdersNow, sellersOf } from "./marketplaces.ts";
import { type Wait, waiting } from "./wait.ts";

interface Story {
  readonly channel: string;
  readonly item: { readonly sku: string; readonly quantity: number };
  /** How the order stands here when somebody finishes it there. */
  readonly here: "FULFILLABLE" | "UNFULFILLABLE";
  /** Its invoice is made here before. */
  readonly packed?: true;
  readonly there: "dispatch" | "cancel";
  /** Although the marketplace's own rule allows no cancellation: no word but a doubt, which a person must judge. */
  readonly againstRule?: true;
  /** What the marketplace's courier says then, in its spelling. */
  readonly courier?: readonly string[];
}

/** Orders that somebody finishes on a marketplace's own panel, and how they stand here then. */
const STORIES: readonly Story[] = [
  // More than there is: a package is made, and each piece that the books lack is a shortage.
  { channel: "Flipkart_1", item: { sku: "JAI-KURTA-IND-M", quantity: 7 }, here: "UNFULFILLABLE", there: "dispatch" },
  { channel: "Flipkart_1", item: { sku: "MILTON-FLASK-1L", quantity: 1 }, here: "FULFILLABLE", there: "dispatch" },
  {
    ...{ channel: "ShopClues_1", item: { sku: "CELLO-PEN-10", quantity: 2 }, here: "FULFILLABLE" },
    ...{ packed: true, there: "dispatch" },
  },
  { channel: "Snapdeal_1", item: { sku: "BOAT-ROCKERZ-255", quantity: 1 }, here: "FULFILLABLE", there: "cancel" },
  {
    ...{ channel: "Tata_CLiQ_1", item: { sku: "WILDCRAFT-BAG-29L", quantity: 1 }, here: "FULFILLABLE" },
    ...{ there: "dispatch", courier: ["PICKED UP", "IN TRANSIT", "OUT FOR DELIVERY"] },
  },
  // Its facility has no invoice series: the word waits, and says so.
  { channel: "Wooplr_1", item: { sku: "SPACES-BEDSHEET-K", quantity: 1 }, here: "FULFILLABLE", there: "dispatch" },
  {
    ...{ channel: "Jupiter_Money_1", item: { sku: "DABUR-HONEY-500", quantity: 1 }, here: "FULFILLABLE" },
    ...{ there: "cancel", againstRule: true },
  },
];

interface Placed {
  readonly story: Story;
  readonly open: OpenShop;
  readonly id: string;
}

/**
 * Some orders are processed on the marketplaces' own panels, by the same calls as on their pages: here they are adopted. One waits
 * for an invoice series, and one cancellation is against its marketplace's rule, which a person must judge.
 * @param signal the demo ends: what is under way is left where it stands
 */
export async function playPanels(
  services: Services,
  tenantId: TenantId,
  parts: { readonly shops: readonly OpenShop[]; readonly credentials: DemoCredentials },
  signal: AbortSignal,
): Promise<void> {
  const ctx = () => systemCtx(services, tenantId, "demo", "demo-panels");
  const wait = waiting(signal);
  const placed = await place(parts);
  const named = new Set(placed.map(({ story }) => story.channel));
  for (const channel of await demoChannels(services, tenantId))
    if (named.has(channel.code)) await pullOrdersNow(ctx(), channel);
  const orders = await wait("the orders of the panels to be here", async () => {
    const found = await ordersOf(
      ctx(),
      placed.map(({ id }) => id),
    );
    return placed.every((one) => stands(found, one)) && found;
  });
  await pack(
    ctx,
    placed.filter(({ story }) => story.packed),
    wait,
  );
  for (const { open, id, story } of placed)
    await happen(
      open.simulator,
      id,
      story.there,
      story.againstRule ? { late: true, reason: "Ordered by mistake" } : {},
    );
  const asked = placed.filter(({ open }) => !open.shop.pushes); // the others tell by themselves
  await ask(ctx, orders, asked);
  for (const { open, id, story } of asked)
    for (const status of story.courier ?? []) {
      await happen(open.simulator, id, "courier-status", { status });
      await ask(ctx, orders, [{ id }]);
    }
}

async function place(parts: {
  readonly shops: readonly OpenShop[];
  readonly credentials: DemoCredentials;
}): Promise<Placed[]> {
  const placed: Placed[] = [];
  for (const story of STORIES) {
    const open = parts.shops.find(({ shop }) => shop.channels.some(({ name }) => name === story.channel));
    const seller = open && sellersOf(open.shop, parts.credentials).find(({ channel }) => channel === story.channel);
    if (open && seller) placed.push({ story, open, id: await placeOrder(open, seller, 0, { item: story.item }) });
  }
  return placed;
}

function stands(found: readonly DemoOrder[], { id, story }: Placed): boolean {
  const order = found.find(({ channelOrderId }) => channelOrderId === id);
  // Of seven pieces some may be there: what is not all there waits.
  return order?.states.includes(story.here) ?? false;
}

async function pack(ctx: () => Ctx, placed: readonly Placed[], wait: Wait): Promise<void> {
  const ids = placed.map(({ id }) => id);
  await wait("the parcels to be packed", async () => {
    const packageIds = (await parcelsOf(ctx(), ids)).map((parcel) => parcel.packageId);
    const results = await invoicePackages(ctx(), { packageIds });
    return results.length > 0 && results.every(({ outcome }) => outcome !== "WAITING" && outcome !== "FAILED");
  });
}

/** Looks at these orders now: a visitor need not wait for the next turn. */
async function ask(
  ctx: () => Ctx,
  orders: readonly DemoOrder[],
  about: readonly { readonly id: string }[],
): Promise<void> {
  const ids = new Set(about.map(({ id }) => id));
  for (const { saleOrderId, channelOrderId } of orders)
    if (ids.has(channelOrderId)) must(await syncOrderNow(ctx(), saleOrderId));
}
