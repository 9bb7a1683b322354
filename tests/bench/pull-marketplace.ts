/**
 * The simulated marketplace of the pull bench, in a process of its own: what it costs is counted by the machine, and it
 * shares no event loop with who is measured. It is told by messages what to hold; see `pull-messages.ts`.
 */
import type {
  Address,
  CatalogueVariant,
  Remembered,
  RunningSimulator,
  Tamper,
} from "../../connectors/kit/simulator/index.ts";
import { startOkerSimulator } from "../../connectors/oker/simulator/index.ts";
import { type Asked, benchSeller, type Sale, toMarketplace, WAREHOUSE } from "./pull-messages.ts";
import { product } from "./stage.ts";

/** Orders of all rounds stay below: a marketplace that forgets orders would count them as lost. */
const KEPT_MAX = 400_000;
const SHOWN_PRODUCTS = 20;

const address: Address = {
  name: "Asha Rao",
  addressLine1: "12 MG Road",
  city: "Bengaluru",
  state: "Karnataka",
  country: "India",
  pincode: "560001",
  phone: "9800000000",
};
const catalogue = Array.from(
  { length: SHOWN_PRODUCTS },
  (_, i): CatalogueVariant => ({
    ...product(i + 1),
    title: `Product ${i + 1}`,
    brand: "Bench",
    category: "Bench",
    pricePaise: 49_900,
    mrpPaise: 60_000,
    hsnCode: "610910",
    gstBasisPoints: 500,
    weightGrams: 200,
    sizeMm: [200, 150, 20],
  }),
);

let hanging = new Set<string>();
let throttled = new Set<string>();
/** Settles when calls that hang are to be answered after all. */
let easing = Promise.withResolvers<void>();
let asked: Asked = { firstAskedMs: null, pages: 0 };
let running: RunningSimulator | null = null;
let held: Remembered["orders"] = [];
let sellers = 1;
let port = 0;

/** Notes when orders were first asked for, and treats the sellers that are in trouble as they are to be treated. */
const tamper: Tamper = async (call, answer) => {
  if (call.operation === "getOrders")
    asked = { firstAskedMs: asked.firstAskedMs ?? Date.now(), pages: asked.pages + 1 };
  if (call.seller !== null && hanging.has(call.seller)) await easing.promise;
  if (call.seller !== null && throttled.has(call.seller))
    return { status: 429, headers: { "retry-after": "1" }, body: { message: "too many requests" }, unchecked: true };
  return answer;
};

process.on("message", (message) => {
  const said = toMarketplace.parse(message);
  if (said.kind === "asked") process.send?.(asked);
  else if (said.kind === "ease") {
    hanging = new Set();
    throttled = new Set();
    easing.resolve();
    easing = Promise.withResolvers();
    process.send?.({ eased: true });
  } else if (said.kind === "hold") {
    hanging = new Set(said.hanging);
    throttled = new Set(said.throttled);
    sellers = said.sellers;
    held = said.sales.map(orderOf);
    asked = { firstAskedMs: null, pages: 0 };
    void open();
  } else void running?.placeOrder(wishOf(said.sale)).then(() => process.send?.({ placedAtMs: Date.now() }));
});
// Whoever measures ended without a word: nobody needs a marketplace any more.
process.once("disconnect", () => process.exit(0));
process.once("SIGTERM", () => void running?.close().finally(() => process.exit(0)));

/** Starts anew on the same port, with the orders of this round alone: those of earlier ones would be read and counted again. */
async function open(): Promise<void> {
  await running?.close();
  running = await startOkerSimulator({
    port,
    sellers: Array.from({ length: sellers }, (_, i) => benchSeller(i)),
    products: catalogue,
    warehouses: [WAREHOUSE],
    remembered: { orders: held, stock: [] },
    logMax: KEPT_MAX,
    tamper,
  });
  port = running.port;
  process.send?.({ url: running.url });
}

/** An order of the same two lines and one address that the floor writes. */
function orderOf(sale: Sale): Remembered["orders"][number] {
  const at = new Date(Date.now() - 60_000).toISOString();
  return {
    id: sale.id,
    displayOrderNumber: sale.id,
    seller: benchSeller(sale.seller).username,
    orderDate: `${at.slice(0, 19)}Z`,
    slaBy: new Date(Date.now() + 86_400_000).toISOString(),
    priority: 0,
    paymentType: "PREPAID",
    thirdPartyShipping: true,
    shippingAddress: address,
    billingAddress: address,
    gstin: "",
    additionalInfo: "",
    items: sale.products.map((n, i) => ({
      orderItemId: `${sale.id}-${i + 1}`,
      ...product(n),
      title: `Product ${n}`,
      quantity: 1,
      sellingPricePaise: 49_900,
      shippingChargesPaise: 0,
      cashOnDeliveryChargesPaise: 0,
      discountPaise: 0,
      giftWrap: null,
      onHold: false,
      packetNumber: 1,
      facilityCode: WAREHOUSE,
      status: "CREATED",
      cancelledQuantity: 0,
      dispatchedQuantity: 0,
      returned: null,
    })),
    raw: null,
    orderStatus: "CREATED",
    underReview: false,
    acknowledgedAt: null,
    invoices: [],
    parcels: [],
    shipments: [],
    returns: [],
    irns: [],
    pushes: [],
  };
}

function wishOf(sale: Sale): Record<string, unknown> {
  return {
    id: sale.id,
    seller: benchSeller(sale.seller).username,
    paymentType: "PREPAID",
    items: sale.products.map((n) => ({ ...product(n), title: `Product ${n}`, sellingPrice: 499 })),
    shippingAddress: address,
  };
}
