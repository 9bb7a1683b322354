import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { RunningSimulator } from "../../../connectors/kit/simulator/index.ts";
import { addToManifests, closeManifest, invoicePackages, labelPackages } from "../../fulfilment/index.ts";
import { must, type TenantId } from "../../kernel/index.ts";
import { type Services, systemCtx } from "../../platform/context.ts";
import type { DemoCredentials } from "./credentials.ts";
import { packagesOf } from "./demo.store.ts";
import { happen, type OpenShop, placeOrder, sellersOf } from "./marketplaces.ts";

const ORDERS = 24;
/** Orders that wait at each account of a marketplace that is asked for them. */
const ASKED_FOR_ORDERS = 8;
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
      for (let i = 0; i < ASKED_FOR_ORDERS; i++) await placeOrder(open, seller, i);
  const pushing = shops.find(({ shop }) => shop.pushes);
  if (!pushing) return; // no marketplace whose day can be played in seconds
  const { simulator } = pushing;
  const sellers = sellersOf(pushing.shop, credentials).map((seller) => seller.username);
  for (let i = 0; i < ORDERS; i++) await simulator.placeOrder({ seller: sellers[i % sellers.length] ?? "" });
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
  let packages = await packagesOf(ctx());
  while (packages.length < ORDERS && performance.now() < endMs) {
    await pause(200);
    packages = await packagesOf(ctx());
  }
  const ids = packages.map((p) => p.packageId);
  await invoicePackages(ctx(), { packageIds: ids.slice(0, 15) });
  await labelPackages(ctx(), { packageIds: ids.slice(0, 11) });
  const { manifests } = must(await addToManifests(ctx(), { packageIds: ids.slice(0, 8) }));
  // One manifest stays open, so that the station has something to go on with.
  for (const { manifestId } of manifests.slice(1)) must(await closeManifest(ctx(), manifestId));
  const gone = (await packagesOf(ctx())).filter((p) => p.state === "DISPATCHED");
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
