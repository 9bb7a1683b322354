import { runContractSuite } from "../kit/contract-suite.ts";
import { flipkart } from "./index.ts";
import { fsnOf, startFlipkartSimulator } from "./simulator/index.ts";

const LOCATIONS = ["LOCSUITE1", "LOCSUITE2"] as const;

runContractSuite(
  flipkart,
  (options = {}) => startFlipkartSimulator({ ...options, warehouses: LOCATIONS, listingsPerPage: 50 }),
  {
    fields: { locations: JSON.stringify({ [LOCATIONS[0]]: "BLR1" }) },
    fieldsOf: ({ username, password }) => ({ appId: username, appSecret: password }),
    warehouses: LOCATIONS,
    keysOf: ({ productId, sku }) => ({ channelProductId: sku, productId: fsnOf(productId), variantId: sku }),
    wrong: { unreadable: { orderItems: "none" }, nameless: { shipmentId: "" } },
    behaves: {
      // One word for each shipment.
      perLine: ["pushInventory"],
      // What Flipkart ships is made ready with its hand-over list; told once more, it is read that it is so. What the seller
      // ships is sent once: flipkart.operations.unit.test.ts.
      countEachTime: ["cancel"],
      holds: "order",
      // What comes back is told by the lists of returns alone: their ids and units are in no shipment.
      readTells: ["CANCELLED", "DISPATCHED", "DELIVERED"],
      asides: ["getShipmentDetails"],
      // Its lines stop it one step earlier, when its parcels are made ready: flipkart-simulator.contract.test.ts.
      manifestOf: "courier",
    },
    feeds: {
      ...Object.fromEntries(
        ["sellerCancellation", "buyerCancellation", "marketplaceCancellation"].map((reason) => [
          `cancelled/${reason}`,
          { happens: [{ action: "cancel", body: { reason }, words: ["CANCELLED"] }] },
        ]),
      ),
      "returns/customer_return": { happens: [{ action: "return", words: ["CIR"] }] },
      "returns/courier_return": { happens: [{ action: "rto", words: ["RTO"] }] },
    },
    // The body is not signed, so that another body is no forgery: nothing of it is believed.
    wakeUp: {
      forgeries: {
        "without its headers": (push) => ({ ...push, headers: {} }),
        "for another address": (push) => ({ ...push, url: `${push.url}other` }),
        "of another time": (push) => ({
          ...push,
          headers: { ...push.headers, x_date: "Sat, 21 Nov 2026 06:00:00 GMT" },
        }),
      },
    },
  },
);
