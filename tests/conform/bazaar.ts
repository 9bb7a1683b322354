/** A marketplace to check: the protocol's simulator with every operation, some hundred listings and orders of the last days. */

import type { CatalogueVariant, RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { call } from "../../connectors/kit/simulator/test-support.ts";
import { startProtocolSimulator } from "../../connectors/protocol/simulator/index.ts";
import { type OperationId, operationIds } from "../../contract/validators.ts";

export const SELLER = { username: "kurtikart", password: "S3ller#2025" };

const PRODUCTS = 60;
const ORDERS = 107;
const LEGACY = new Set<string>(["updatePricing", "getSettlements", "getSettlement"]);
export const EVERYTHING: readonly OperationId<"marketplace">[] = operationIds("marketplace").filter(
  (id) => !LEGACY.has(id),
);

/** Two variants each for every third product. */
function catalogue(): CatalogueVariant[] {
  return Array.from({ length: PRODUCTS }, (_, index) => index + 1).flatMap((number) =>
    (number % 3 === 0 ? ["M", "L"] : ["STD"]).map((size) => ({
      productId: String(7000 + number),
      variantId: `${7000 + number}-${size}`,
      sku: `KURTA-${number}-${size}`,
      title: `Cotton Kurta ${number}`,
      variantTitle: size,
      brand: "Jaipuri",
      category: "Apparel",
      pricePaise: 129_900 + number,
      mrpPaise: 199_900,
      hsnCode: "620442",
      gstBasisPoints: 500,
      weightGrams: 300,
      sizeMm: [300, 220, 30] as const,
    })),
  );
}

export interface BazaarWishes {
  readonly operations?: readonly OperationId<"marketplace">[];
  readonly orders?: number;
  readonly port?: number;
}

/** Orders lie an hour apart up to now. */
export async function startBazaar({
  operations = EVERYTHING,
  orders = ORDERS,
  port = 0,
}: BazaarWishes = {}): Promise<RunningSimulator> {
  const real = Temporal.Now.instant();
  let now = real.subtract({ hours: orders + 1 });
  const sim = await startProtocolSimulator(
    {
      source: "BAZAAR",
      label: "Bazaar",
      idPrefix: "BZ",
      ordersArePushed: false,
      channelShips: true,
      operations,
      sellerState: "Karnataka",
      products: catalogue(),
      sellers: [SELLER],
    },
    { clock: () => now, port },
  );
  for (let number = 0; number < orders; number++) {
    now = now.add({ hours: 1 });
    await sim.placeOrder();
  }
  if (orders > 0) {
    // One waits for the seller's acceptance, one is under review, and some listings have stock.
    await sim.placeOrder({ orderStatus: "PENDING_VERIFICATION", items: [{ sku: "KURTA-1-STD", quantity: 2 }] });
    await sim.placeOrder({
      orderStatus: "PENDING_VERIFICATION",
      items: [{ sku: "KURTA-1-STD", quantity: 40, onHold: true }],
    });
    await stock(sim.url);
  }
  now = real;
  return sim;
}

async function stock(url: string): Promise<void> {
  const said = await call(`${url}/authToken`, { body: SELLER });
  const inventoryList = [1, 2, 4].map((number) => ({
    productId: String(7000 + number),
    variantId: `${7000 + number}-STD`,
    inventory: String(10 * number),
  }));
  const taken = await call(`${url}/updateInventory`, {
    headers: { apiKey: String(said.body.accessToken) },
    body: { inventoryList },
  });
  if (taken.body.status !== "SUCCESS") throw new Error("the simulator takes the stock of its listings");
}
