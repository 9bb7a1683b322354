import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { RunningSimulator } from "../../../connectors/kit/simulator/index.ts";
import { addToManifests, closeManifest, invoicePackages, labelPackages } from "../../fulfilment/index.ts";
import { must, type TenantId } from "../../kernel/index.ts";
import { type Services, systemCtx } from "../../platform/context.ts";
import type { DemoCredentials } from "./credentials.ts";
import { packagesOf } from "./demo.store.ts";
import { happen, type OpenShop, placeOrder, sellersOf } from "./marketplaces.ts";

/** Amazon shows nothing that is younger than two minutes. */
const PLACED_MINUTES_AGO = 4;
const WAIT_MAX_MS = 20_000;

/**
 * The first start begins with half a day's work, by the same commands as every other: orders that arrived, some of them
 * invoiced, labelled, on an open manifest, handed over, delivered; and some that want a person.
 */
export async function playFirstDay(
  services: Services,
  tenantId: TenantId,
  shops: readonly OpenShop[],
  credentials: DemoCredentials,
): Promise<void> {
  for (const open of shops.filter(({ shop }) => !shop.pushes))
    for (const seller of sellersOf(open.shop, credentials))
      for (let i = 0; i < open.shop.firstOrders; i++)
        await placeOrder(open, seller, i, { placedMinutesAgo: PLACED_MINUTES_AGO });
  const pushing = shops.find(({ shop }) => shop.pushes);
  if (!pushing) return; // no marketplace whose day can be played in seconds
  const { simulator } = pushing;
  const sellers = sellersOf(pushing.shop, credentials).map((seller) => seller.username);
  const placed = new Set<string>();
  for (let i = 0; i < pushing.shop.firstOrders; i++)
    for (const seller of sellers) placed.add((await simulator.placeOrder({ seller })).id);
  // One that cannot be filled, and one that nobody has mapped.
  await simulator.placeOrder({ seller: sellers[0] ?? "", items: [{ sku: "JAI-KURTA-IND-M", quantity: 9 }] });
  await simulator.placeOrder({
    seller: sellers[0] ?? "",
    raw: {
      orderItems: [
        {
          orderItemId: "DEMO-UNMAPPED-1",
          status: "CREATED",
          productId: "9999",
          variantId: "9999-STD",
          sku: "NOT-IN-CATALOGUE",
          title: "Something new",
          quantity: 1,
          orderItemPrice: { sellingPrice: 499, totalPrice: 499 },
        },
      ],
      paymentType: "COD",
      orderPrice: { currency: "INR" },
    },
  });
  const ctx = () => systemCtx(services, tenantId, "demo", "demo-first-day");
  const endMs = performance.now() + WAIT_MAX_MS;
  const ofThese = async () => (await packagesOf(ctx())).filter((p) => placed.has(p.channelOrderId));
  let packages = await ofThese();
  while (packages.length < placed.size && performance.now() < endMs) {
    await pause(200);
    packages = await ofThese();
  }
  const ids = packages.map((p) => p.packageId);
  await invoicePackages(ctx(), { packageIds: ids.slice(0, 15) });
  await labelPackages(ctx(), { packageIds: ids.slice(0, 11) });
  const { manifests } = must(await addToManifests(ctx(), { packageIds: ids.slice(0, 8) }));
  // One manifest stays open, so that the station has something to go on with.
  for (const { manifestId } of manifests.slice(1)) must(await closeManifest(ctx(), manifestId));
  const gone = (await ofThese()).filter((p) => p.state === "DISPATCHED");
  for (const parcel of gone.slice(0, 2)) {
    while (!heardOf(simulator, parcel.channelOrderId) && performance.now() < endMs) await pause(100);
    await happen(simulator, parcel.channelOrderId, "deliver");
  }
}

const heard = z.object({ dispatches: z.array(z.object({ orderId: z.string().nullable() })) });

/** The marketplace has been told that an order was handed over: before that it knows no tracking number. */
function heardOf(simulator: RunningSimulator, orderId: string): boolean {
  return heard.parse(simulator.state()).dispatches.some((dispatch) => dispatch.orderId === orderId);
}
