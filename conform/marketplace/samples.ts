/** Calls that are right in form and name nothing that exists: for asking whether an operation is there and whom it lets in. */
import { operation, operationIds } from "../../contract/validators.ts";
import type { MarketplaceOperation } from "./check.ts";
import type { CallParts } from "./session.ts";

/** No marketplace has an id like this; one that acts on it nevertheless acts on anything. */
export const UNKNOWN_ID = "godown-conform-no-such-id";

const PAGE_1_OF_50 = { pageNumber: "1", pageSize: "50" };
const NO_LISTING = { productId: UNKNOWN_ID, variantId: UNKNOWN_ID };

const SAMPLES: Partial<Record<MarketplaceOperation, CallParts>> = {
  getProductsCount: { query: { publishedStatus: "PUBLISHED" } },
  getProducts: { query: { ...PAGE_1_OF_50, publishedStatus: "PUBLISHED" } },
  updateInventory: { body: { inventoryList: [{ ...NO_LISTING, inventory: "0" }] } },
  getOrders: { query: { orderIds: UNKNOWN_ID, pageSize: "5", pageNumber: "1" } },
  getOnHoldOrders: { query: PAGE_1_OF_50 },
  acknowledgeOrder: { body: { orderId: UNKNOWN_ID } },
  cancelOrderItems: {
    body: { orderId: UNKNOWN_ID, orderItems: [{ orderItemId: UNKNOWN_ID, ...NO_LISTING, quantity: 1 }] },
  },
  postShipmentDetails: {
    body: {
      boxLength: 300,
      boxWidth: 200,
      boxHeight: 50,
      weight: 500,
      orderItems: [{ orderItemId: UNKNOWN_ID, invoiceNumber: "CONFORM-0", invoiceDate: "2025-01-01", taxRate: 18 }],
    },
  },
  getLabels: { query: { orderItemIds: UNKNOWN_ID } },
  getCourierDetails: { query: { orderItemIds: UNKNOWN_ID } },
  getInvoiceDetails: { query: { orderId: UNKNOWN_ID } },
  fetchManifest: {
    body: {
      courierCode: "CONFORM",
      manifestItems: [{ orderItemId: UNKNOWN_ID, status: "PROCESSING", ...NO_LISTING, quantity: 1 }],
    },
  },
  dispatchOrderItems: { body: { orderItems: [{ orderItemId: UNKNOWN_ID, quantity: 1 }] } },
  postStatusNotification: {
    path: { orderId: UNKNOWN_ID },
    body: {
      orderItems: [{ orderItemId: UNKNOWN_ID, status: "PACKED", IsReverse: false, updated: "Jan 1, 2025 10:00:00 AM" }],
    },
  },
};

/** @throws for an operation without one: a new operation of the contract wants its sample */
export function sampleOf(id: MarketplaceOperation): CallParts {
  const sample = SAMPLES[id];
  if (!sample) throw new Error(`there is no sample call of ${id}`);
  return sample;
}

/** Operations that want a token, in the contract's order. */
export function guardedOperations(): MarketplaceOperation[] {
  return operationIds("marketplace").filter((id) => !operation("marketplace", id).open && id in SAMPLES);
}
