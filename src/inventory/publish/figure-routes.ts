import { z } from "zod";
import { sourceOf } from "../../channels/index.ts";
import { ok, refuse } from "../../kernel/index.ts";
import type { Tx } from "../../platform/db.ts";
import { idField } from "../../platform/http/fields.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { type ListingTold, readTold } from "./figure.queries.ts";
import { type ComponentParts, figureOf, freeOf } from "./figure.ts";
import { linesOf } from "./lines.ts";
import { type ListingToTell, readParts } from "./publish.store.ts";
import { ALL_TOGETHER, readWarehouses, readWarehousesTold, type WarehouseTold } from "./warehouse.store.ts";

const count = z.number().int();
const textOrNull = z.string().nullable();

const component = z.object({
  sku: z.string(),
  perListing: count,
  good: count,
  virtual: count,
  counting: count,
  blocked: count,
  openSale: count,
  reservedForOthers: count,
  /** What is left of it; negative where more is sold than there is. */
  free: count,
});

/** What a channel that counts stock by its own warehouses is told of one of them. */
const warehouse = z.object({
  /** The channel's code; null: all facilities together, told before warehouses were mapped or while none is. */
  warehouse: textOrNull,
  facilityCode: textOrNull,
  /** False: it is mapped no more, and told 0. */
  mapped: z.boolean(),
  figure: count,
  components: z.array(component),
  published: count.nullable(),
  publishedAt: textOrNull,
  publishOutcome: textOrNull,
  publishMessage: textOrNull,
});

/** "Why this number": the parts of a listing's figure as they are now, beside what the channel was told last. */
export const figureRoutes: Route[] = [
  route({
    method: "GET",
    path: "/listings/:listingId/figure",
    summary: "Why this number: the parts of a listing's stock figure, what was told last and the channel's answer",
    permission: "listings.view",
    params: z.object({ listingId: idField<"Listing">() }),
    answer: z.object({
      listingId: z.string(),
      channelId: z.string(),
      channelCode: z.string(),
      channelState: z.string(),
      /** The channel keeps the stock and counts it: nothing is told. */
      stockAtChannel: z.boolean(),
      skuId: textOrNull,
      skuCode: textOrNull,
      /** What would be told now, of all warehouses together; null: nothing is, for want of a SKU or because the channel counts. */
      figure: count.nullable(),
      /** Empty where the channel is told by warehouse: then each of them has its own. */
      components: z.array(component),
      /** Empty unless the channel is told, or was told, by warehouse. */
      warehouses: z.array(warehouse),
      buffer: count,
      cap: count.nullable(),
      stopped: textOrNull,
      channelStopped: z.boolean(),
      skuStopped: z.boolean(),
      facilities: z.array(z.string()),
      published: count.nullable(),
      publishedAt: textOrNull,
      publishOutcome: textOrNull,
      publishMessage: textOrNull,
      waitingSince: textOrNull,
      exchangeId: textOrNull,
      asOf: z.string(),
    }),
    handle: (ctx, { params: { listingId } }) =>
      ctx.db.snapshot(ctx.tenantId, async (tx) => {
        const told = await readTold(tx, listingId);
        if (!told) return refuse("LISTING_NOT_FOUND", { listings: [listingId] });
        const [parts] = await readParts(tx, told.channelId, [listingId]);
        const warehouses = parts ? await warehousesOf(tx, told, parts) : [];
        const mapped = warehouses.filter((each) => each.mapped && each.warehouse !== null);
        const { source: _, ...shown } = told;
        return ok({
          ...shown,
          facilities: [...told.facilities],
          publishedAt: told.publishedAt?.toString() ?? null,
          waitingSince: told.waitingSince?.toString() ?? null,
          figure: parts ? (mapped.length > 0 ? mapped.reduce((sum, w) => sum + w.figure, 0) : figureOf(parts)) : null,
          components: mapped.length > 0 ? [] : (parts?.components ?? []).map(withFree),
          warehouses,
          buffer: parts?.buffer ?? 0,
          cap: parts?.cap ?? null,
          stopped: parts?.stopped ?? null,
          asOf: ctx.now.toString(),
        });
      }),
  }),
];

/** The warehouses of a listing as they would be told now, in routing order; those to be told 0 after them. */
async function warehousesOf(
  tx: Tx,
  { channelId, listingId, source }: ListingTold,
  listing: ListingToTell,
): Promise<z.input<typeof warehouse>[]> {
  if (sourceOf(source).capabilities.pushInventory?.facilityWise !== true) return [];
  const mapped = await readWarehouses(tx, channelId, [listingId]);
  const told = await readWarehousesTold(tx, [listingId]);
  const rows = new Map<string, WarehouseTold>([...told, ...mapped].map((row) => [row.warehouse, row]));
  const current = new Map(mapped.map((row) => [row.warehouse, row]));
  const lines = linesOf(listing, { mapped, told }).filter((line) => line.warehouse !== ALL_TOGETHER || told.length > 0);
  return lines
    .map(({ warehouse: code, quantity }) => {
      const row = code === null ? undefined : rows.get(code);
      const now = code === null ? undefined : current.get(code);
      return {
        warehouse: code === ALL_TOGETHER ? null : code,
        facilityCode: row?.facilityCode ?? null,
        mapped: now !== undefined || (code === ALL_TOGETHER && mapped.length === 0),
        figure: quantity,
        components: (now?.components ?? []).map(withFree),
        published: row?.published ?? null,
        publishedAt: row?.publishedAt?.toString() ?? null,
        publishOutcome: row?.publishOutcome ?? null,
        publishMessage: row?.publishMessage ?? null,
      };
    })
    .sort((a, b) => Number(b.mapped) - Number(a.mapped));
}

function withFree(parts: ComponentParts): z.input<typeof component> {
  return { ...parts, free: freeOf(parts) };
}
