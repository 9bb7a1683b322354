import { runContractSuite } from "../kit/contract-suite.ts";
import { snapdeal } from "./index.ts";
import { SNAPDEAL_PARTNER, SNS_PUBLIC_KEY, snapdealSimulator } from "./simulator/index.ts";

runContractSuite(snapdeal, snapdealSimulator.start, {
  fields: { ...SNAPDEAL_PARTNER, snsCertificate: SNS_PUBLIC_KEY },
  fieldsOf: (seller) => ({ sellerToken: seller.password }),
  // A SUPC is product, variant and listing at once.
  keysOf: ({ variantId }) => ({ channelProductId: variantId, productId: variantId, variantId }),
  order: { items: [{ sku: "SUITE-000" }, { sku: "SUITE-001" }] },
  wrong: { unreadable: { items: "none" }, nameless: { packageReferenceCode: "" } },
  behaves: {
    signsIn: false,
    // Invoice number and label are a package's, not a unit's.
    perLine: ["cancel", "pushInventory"],
    holds: "nothing",
    pages: { listings: 3, orders: 12 },
  },
});
