// Paytm Mall: no longer trades. Its known facts on protocol A: accepted within a day, its own invoice, label and hand-over list.
import {
  ORDERS_WINDOW_DAYS,
  PLAIN_CAPABILITIES,
  PLAIN_LIMITS,
  PLAIN_RULES,
  plainFields,
  protocolConnector,
  STOCK_BATCH_MAX,
} from "../protocol/index.ts";

export const paytm = protocolConnector(
  {
    id: "PAYTM",
    label: "Paytm",
    category: "Marketplaces",
    state: "discontinued",
    about:
      "Paytm Mall, a marketplace until 2022. Orders were accepted within a day; invoice, label and manifest came from it.",
    tile: { monogram: "PT", color: "#00659F" },
    fields: [
      ...plainFields("Paytm"),
      {
        name: "warehouseLocation",
        label: "Warehouse Location",
        type: "warehouse-map",
        required: false,
        help: 'Only where Paytm keeps stock for several of your warehouses: which facility each of its codes stands for, e.g. {"WH-1":"BLR1"}. Stock is then told per warehouse.',
      },
    ],
    settings: [],
    rules: {
      ...PLAIN_RULES,
      // "Paytm's retail invoice mandatory", whoever ships. The protocol gives one invoice an order, so an order is one parcel.
      invoiceBy: "channel",
      split: false,
      multiBox: false,
      // Hand-over lists of parcels that it ships were made and downloaded there, then the parcels marked shipped.
      manifestBy: "channel",
      reports: ["CANCELLED", "DISPATCHED"],
    },
    limits: PLAIN_LIMITS,
  },
  {
    capabilities: {
      ...PLAIN_CAPABILITIES,
      // New orders waited to be acknowledged, within 24 hours.
      pullOrders: { statuses: ["CREATED", "PENDING_VERIFICATION"], windowDays: ORDERS_WINDOW_DAYS },
      acknowledge: true,
      // Stock was kept for each warehouse.
      pushInventory: { batchMax: STOCK_BATCH_MAX, facilityWise: true },
      fetchInvoice: { pdf: false },
      // One PDF: the slip outside and the invoice inside.
      fetchLabel: { holds: "label and invoice" },
      fetchManifest: { parcelsMax: 100 },
      downloadFile: true,
    },
  },
);
