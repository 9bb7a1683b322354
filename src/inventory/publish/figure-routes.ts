import { z } from "zod";
import { ok, refuse } from "../../kernel/index.ts";
import { idField } from "../../platform/http/fields.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { readTold } from "./figure.queries.ts";
import { figureOf, freeOf } from "./figure.ts";
import { readParts } from "./publish.store.ts";

const count = z.number().int();
const textOrNull = z.string().nullable();

const component = z.object({
  sku: z.string(),
  perListing: count,
  good: count,
  virtual: count,
  blocked: count,
  openSale: count,
  reservedForOthers: count,
  /** What is left of it; negative where more is sold than there is. */
  free: count,
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
      skuId: textOrNull,
      skuCode: textOrNull,
      /** What would be told now; null: without a SKU nothing is. */
      figure: count.nullable(),
      components: z.array(component),
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
        return ok({
          ...told,
          facilities: [...told.facilities],
          publishedAt: told.publishedAt?.toString() ?? null,
          waitingSince: told.waitingSince?.toString() ?? null,
          figure: parts ? figureOf(parts) : null,
          components: (parts?.components ?? []).map((c) => ({ ...c, free: freeOf(c) })),
          buffer: parts?.buffer ?? 0,
          cap: parts?.cap ?? null,
          stopped: parts?.stopped ?? null,
          asOf: ctx.now.toString(),
        });
      }),
  }),
];
