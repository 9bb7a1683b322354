import { runContractSuite } from "../kit/contract-suite.ts";
import { amazon } from "./index.ts";
import { RETURNS_FEED } from "./operations/returns.ts";
import { PATCHES_MAX } from "./operations/stock.ts";
import { AMAZON_LIMITS, amazonAccount, asinOf, startAmazonSimulator } from "./simulator/index.ts";

/** The suite's clock stands still while quick calls wait for each other: only limits below one a second are enforced here. */
const SLOW = Object.fromEntries(
  Object.entries(AMAZON_LIMITS.operations).filter(([, { requestsPerSecond }]) => requestsPerSecond < 1),
);

runContractSuite(
  amazon,
  // Feeds, reports and figures at once: how they take their time has tests of its own.
  (options = {}) =>
    startAmazonSimulator({
      ...options,
      limits: { ...AMAZON_LIMITS, operations: SLOW },
      pace: { applyMs: 0, workMs: 0 },
    }),
  {
    fieldsOf: (seller) => ({ ...amazonAccount(seller) }),
    keysOf: ({ productId, sku }) => ({ channelProductId: sku, productId: asinOf(productId), variantId: sku }),
    wrong: { unreadable: { orderItems: "none" }, nameless: { orderId: "" } },
    behaves: {
      // Files at addresses that were signed.
      unsigned: ["uploadDocument", "downloadDocument"],
      // Under the same package number a shipment is changed, not made twice; a cancellation done twice is one.
      countEachTime: [],
      perLine: [],
      holds: "nothing",
      displays: false,
      tellsStreet: false,
      pendingBeside: true,
      // No change of the last two minutes is listed, and some show two minutes late.
      lagMs: 250_000,
      // Customers' returns stand in a report alone.
      readTells: ["CANCELLED", "DISPATCHED", "DELIVERED"],
      // Amounts of tax are given, not rates: their sum says the whole.
      taxSides: false,
      dispatches: "seller-shipped",
      stockTakenFrom: PATCHES_MAX + 1,
    },
    feeds: {
      [RETURNS_FEED]: {
        happens: [{ action: "return", words: ["CIR"] }],
        ...{ statusless: true, pages: 1, daysOnly: true },
      },
    },
    wakeUp: {
      forgeries: {
        "without its key": (push) => ({ ...push, headers: {} }),
        "with another key": (push) => ({ ...push, headers: { ...push.headers, "x-godown-key": "another-key" } }),
      },
    },
  },
);
