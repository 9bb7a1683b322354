import { z } from "zod";
import { idField, optionalTextField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { adjustStock } from "./adjust.ts";
import { ADJUST_QUANTITY_MAX, ADJUSTMENTS, INVENTORY_TYPES, REMARKS_LENGTH_MAX } from "./adjustment.ts";
import { importAdjustments } from "./import-adjustments.ts";
import { BUCKETS, type Cause, SHELF_BUCKETS } from "./ledger.ts";
import { figureRoutes } from "./publish/figure-routes.ts";
import { listLedger, listShelfStock, listStock } from "./queries.ts";

const VIEW = "inventory.view";
const facilityId = idField<"Facility">().optional();
const skuId = idField<"Sku">().optional();
const CAUSES = [
  "ADJUST_ADD",
  "ADJUST_REMOVE",
  "ADJUST_REPLACE",
  "ADJUST_TRANSFER",
  "ALLOCATE",
  "RELEASE",
  "DISPATCH",
  "CANCEL_TO_PUTAWAY",
  "PUTAWAY",
  "SHORTAGE",
  "KEEP_FOR_REVIEW",
  "REVIEW_OVER",
  "RECEIVE_RETURN",
  "GOODS_RECEIVED",
  "GATEPASS_OUT",
  "GATEPASS_BACK",
  "CYCLE_COUNT",
  "SHELF_TRANSFER",
  "SHORTAGE_SETTLED",
] as const satisfies readonly Cause[];

const stockRow = z.object({
  facilityId: z.string(),
  facilityCode: z.string(),
  skuId: z.string(),
  sku: z.string(),
  name: z.string(),
  imageUrl: z.string().nullable(),
  good: z.number(),
  blocked: z.number(),
  available: z.number(),
  bad: z.number(),
  qcRejected: z.number(),
  putawayPending: z.number(),
  notFound: z.number(),
  virtual: z.number(),
  openSale: z.number(),
  /** Ordered from vendors and not arrived yet. */
  openPurchase: z.number(),
  updatedAt: z.string(),
});
const ledgerRow = z.object({
  id: z.string(),
  at: z.string(),
  facilityCode: z.string(),
  sku: z.string(),
  shelf: z.string().nullable(),
  bucket: z.string(),
  quantity: z.number(),
  cause: z.string(),
  causeType: z.string().nullable(),
  causeId: z.string().nullable(),
  note: z.string().nullable(),
  actorName: z.string(),
});

export const stockRoutes: Route[] = [
  ...listRoutes({
    path: "/stock",
    summary: "Stock by SKU and facility",
    permission: VIEW,
    filters: {
      facilityId,
      skuId,
      search: searchField,
      state: z.enum(["IN_STOCK", "OUT_OF_STOCK", "SHORT", "PUTAWAY_PENDING"]).optional(),
    },
    row: stockRow,
    sorts: ["sku", "available", "updatedAt"],
    columns: [
      { title: "Facility Code", value: (r) => r.facilityCode },
      { title: "SKU Code", value: (r) => r.sku },
      { title: "Name", value: (r) => r.name },
      { title: "Good", value: (r) => r.good },
      { title: "Blocked", value: (r) => r.blocked },
      { title: "Available", value: (r) => r.available },
      { title: "Open Sale", value: (r) => r.openSale },
      { title: "Open Purchase", value: (r) => r.openPurchase },
      { title: "Bad", value: (r) => r.bad },
      { title: "QC Rejected", value: (r) => r.qcRejected },
      { title: "Putaway Pending", value: (r) => r.putawayPending },
      { title: "Not Found", value: (r) => r.notFound },
      { title: "Virtual", value: (r) => r.virtual },
      { title: "Updated", value: (r) => r.updatedAt },
    ],
    fetch: async (ctx, tx, filters, page) => {
      const found = await listStock(ctx, tx, filters, page);
      return { ...found, rows: found.rows.map((r) => ({ ...r, updatedAt: r.updatedAt.toString() })) };
    },
  }),
  ...listRoutes({
    path: "/stock-ledger",
    summary: "Stock ledger: every change with its cause",
    permission: VIEW,
    filters: {
      facilityId,
      skuId,
      search: searchField,
      bucket: z.enum(BUCKETS).optional(),
      cause: z.enum(CAUSES).optional(),
    },
    row: ledgerRow,
    sorts: ["at"],
    defaultSort: "-at",
    columns: [
      { title: "Time", value: (r) => r.at },
      { title: "Facility Code", value: (r) => r.facilityCode },
      { title: "SKU Code", value: (r) => r.sku },
      { title: "Shelf Code", value: (r) => r.shelf },
      { title: "Bucket", value: (r) => r.bucket },
      { title: "Quantity", value: (r) => r.quantity },
      { title: "Cause", value: (r) => r.cause },
      { title: "Remarks", value: (r) => r.note },
      { title: "By", value: (r) => r.actorName },
    ],
    fetch: async (ctx, tx, filters, page) => {
      const found = await listLedger(ctx, tx, filters, page);
      return { ...found, rows: found.rows.map((r) => ({ ...r, at: r.at.toString() })) };
    },
  }),
  ...listRoutes({
    path: "/shelf-stock",
    summary: "Stock by shelf",
    permission: VIEW,
    filters: {
      facilityId,
      skuId,
      shelf: searchField,
      search: searchField,
      bucket: z.enum(SHELF_BUCKETS).optional(),
    },
    row: z.object({
      facilityCode: z.string(),
      shelfId: z.string(),
      shelf: z.string(),
      skuId: z.string(),
      sku: z.string(),
      name: z.string(),
      bucket: z.string(),
      quantity: z.number(),
    }),
    sorts: ["shelf", "sku"],
    columns: [
      { title: "Facility Code", value: (r) => r.facilityCode },
      { title: "Shelf Code", value: (r) => r.shelf },
      { title: "SKU Code", value: (r) => r.sku },
      { title: "Name", value: (r) => r.name },
      { title: "Bucket", value: (r) => r.bucket },
      { title: "Quantity", value: (r) => r.quantity },
    ],
    fetch: listShelfStock,
  }),
  route({
    method: "POST",
    path: "/inventory/adjustments",
    summary: "Adjust stock: ADD, REMOVE, REPLACE or TRANSFER",
    permission: "inventory.adjust",
    body: z.object({
      facility: textField(45),
      sku: textField(45),
      type: z.enum(INVENTORY_TYPES).default("GOOD_INVENTORY"),
      kind: z.enum(ADJUSTMENTS),
      quantity: z.number().int().min(0).max(ADJUST_QUANTITY_MAX),
      shelf: optionalTextField(45),
      transferToShelf: optionalTextField(45),
      remarks: optionalTextField(REMARKS_LENGTH_MAX),
    }),
    answer: z.object({ moved: z.number().int() }),
    handle: (ctx, { body }) => adjustStock(ctx, body),
  }),
  ...importAdjustments.routes,
  ...figureRoutes,
];
