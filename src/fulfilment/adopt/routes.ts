import { z } from "zod";

import { idField, searchField, textField } from "../../platform/http/fields.ts";
import { listRoutes } from "../../platform/http/list.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { settleShortages, writeOffShortages } from "./end-shortages.ts";
import { listShortages, type RemovalRow } from "./queries.ts";
import { shortageLifecycle } from "./shortage.ts";

const CHOSEN_MAX = 500;
const REASON_MAX = 500;

const nullableText = z.string().nullable();
const shortageAnswer = z.object({
  stockShortageId: z.string(),
  state: z.enum(shortageLifecycle.states),
  at: z.string(),
  facilityId: z.string(),
  facility: z.string(),
  channelId: z.string(),
  channel: z.string(),
  skuId: z.string(),
  sku: z.string(),
  name: z.string(),
  saleOrderId: z.string(),
  order: z.string(),
  unit: z.string(),
  shippingPackageId: z.string(),
  package: z.string(),
  /** Pieces of the SKU in the facility that are promised to nobody. */
  free: z.number().int(),
  endedAt: nullableText,
  endedBy: nullableText,
  reason: nullableText,
  /** What may be done with it now: settle, writeOff. */
  allowed: z.array(z.string()),
});
const ids = z
  .array(idField<"StockShortage">())
  .min(1)
  .max(CHOSEN_MAX)
  .transform((chosen) => [...new Set(chosen)]);

/** A parcel that its channel took off a manifest or a pick list: sent from its panel, or cancelled. */
export const removalAnswer = z.object({
  shippingPackageId: z.string(),
  package: z.string(),
  order: z.string(),
  why: z.enum(["ADOPTED", "CANCELLED"]),
  at: z.string(),
  seenAt: nullableText,
  seenBy: nullableText,
});

export function removalOf(row: RemovalRow): z.input<typeof removalAnswer> {
  return { ...row, at: row.at.toString(), seenAt: row.seenAt?.toString() ?? null };
}

export const shortageRoutes: Route[] = [
  ...listRoutes({
    path: "/stock-shortages",
    summary: "Units that left although the books had nothing to give for them",
    permission: "inventory.view",
    filters: {
      state: z.enum(shortageLifecycle.states).optional(),
      facilityId: idField<"Facility">().optional(),
      skuId: idField<"Sku">().optional(),
      channelId: idField<"Channel">().optional(),
      search: searchField,
    },
    row: shortageAnswer,
    sorts: ["at", "sku"],
    defaultSort: "-at",
    columns: [
      { title: "Left at", value: (r) => r.at },
      { title: "State", value: (r) => r.state },
      { title: "Facility Code", value: (r) => r.facility },
      { title: "Channel", value: (r) => r.channel },
      { title: "SKU Code", value: (r) => r.sku },
      { title: "Name", value: (r) => r.name },
      { title: "Order", value: (r) => r.order },
      { title: "Unit", value: (r) => r.unit },
      { title: "Package", value: (r) => r.package },
      { title: "Free now", value: (r) => r.free },
      { title: "Ended at", value: (r) => r.endedAt },
      { title: "By", value: (r) => r.endedBy },
      { title: "Reason", value: (r) => r.reason },
    ],
    fetch: async (ctx, tx, filters, page) => {
      const found = await listShortages(ctx, tx, filters, page);
      return {
        ...found,
        rows: found.rows.map((row) => ({
          ...row,
          at: row.at.toString(),
          endedAt: row.endedAt?.toString() ?? null,
          allowed: shortageLifecycle.allowed(row.state),
        })),
      };
    },
  }),
  route({
    method: "POST",
    path: "/stock-shortages/settle",
    summary: "Settle shortages: their pieces are in the books by now, and are taken out of them",
    permission: "inventory.adjust",
    body: z.strictObject({ ids }),
    answer: z.object({ settled: z.number().int() }),
    handle: (ctx, { body }) => settleShortages(ctx, body.ids),
  }),
  route({
    method: "POST",
    path: "/stock-shortages/write-off",
    summary: "Write shortages off with a reason: the books stay as they are",
    permission: "inventory.adjust",
    body: z.strictObject({ ids, reason: textField(REASON_MAX) }),
    answer: z.object({ writtenOff: z.number().int() }),
    handle: (ctx, { body }) => writeOffShortages(ctx, body),
  }),
];
