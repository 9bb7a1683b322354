import { runContractSuite } from "../kit/contract-suite.ts";
import { tataCliq } from "./index.ts";
import { SIMULATED_STATUS_TABLE, TATA_CLIQ_SLAVES, tataCliqSimulator } from "./simulator/index.ts";

const [here, there] = TATA_CLIQ_SLAVES;

runContractSuite(tataCliq, tataCliqSimulator.start, {
  fields: {
    sellerId: "S123456",
    slaves: JSON.stringify({ SLV01: "BLR1", SLV02: "DEL1", SLV03: "MUM1" }),
    statusTable: JSON.stringify(SIMULATED_STATUS_TABLE),
  },
  warehouses: [here, there],
  // An article number is product, variant and listing at once.
  keysOf: ({ sku }) => ({ channelProductId: sku, productId: sku, variantId: sku }),
  order: { items: [{ sku: "SUITE-000" }, { sku: "SUITE-001" }], warehouse: here },
  wrong: { unreadable: { orderLine: "none" }, nameless: { orderNo: "" } },
  behaves: {
    ...{ holds: "nothing", displays: false, windows: false, pages: { listings: 1, orders: 1 } },
    // What comes back is told by the list of returns alone: its id, number, courier and reason are in no order.
    readTells: ["CANCELLED", "DISPATCHED", "DELIVERED"],
  },
  feeds: { "sales-orders": { pages: 1 }, "sales-orders/delivered": { pages: 1 }, returns: { pages: 1 } },
});
