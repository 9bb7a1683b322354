import { z } from "zod";
import { anyOfField, idField, searchField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { importListings } from "./listing-import.ts";
import { autoMatchListings, changeListings, mapListings, unmapListings } from "./listings.ts";
import { stopPublishing } from "./publish-stop.ts";
import { listListings } from "./queries.ts";
import * as wire from "./wire.ts";

const VIEW = "listings.view";
const EDIT = "listings.edit";
const AT_ONCE = 5_000;
const listingIds = z.array(idField<"Listing">()).min(1).max(AT_ONCE);
const figure = z.number().int().min(0).max(1_000_000);

/** Columns of the list that an uploaded file may change stand under the titles that the upload reads. */
export const listingRoutes: Route[] = [
  ...listRoutes({
    path: "/listings",
    summary: "Listings of channels",
    permission: VIEW,
    filters: {
      channelId: anyOfField(z.array(idField<"Channel">())),
      skuId: idField<"Sku">().optional(),
      listingId: idField<"Listing">().optional(),
      tab: z.enum(["unmapped", "mapped", "disabled", "refused", "notLive"]).optional(),
      search: searchField,
    },
    row: wire.listingRow,
    sorts: ["channelSku", "title", "publishedAt", "updatedAt"],
    columns: [
      { title: "Channel Code", value: (r) => r.channelCode },
      { title: "Channel Product Id", value: (r) => r.channelProductId },
      { title: "Channel SKU", value: (r) => r.channelSku },
      { title: "Title", value: (r) => r.title },
      { title: "SKU Code", value: (r) => r.skuCode },
      { title: "Live", value: (r) => r.live },
      { title: "Stock At Channel", value: (r) => r.stockAtChannel },
      { title: "Disabled", value: (r) => r.disabled },
      { title: "Buffer", value: (r) => r.buffer },
      { title: "Reserved For Channel", value: (r) => r.reservedForChannel },
      { title: "Cap", value: (r) => r.cap },
      { title: "Published", value: (r) => r.published },
      { title: "Published At", value: (r) => r.publishedAt },
      { title: "Answer", value: (r) => r.publishOutcome },
      { title: "Message", value: (r) => r.publishMessage },
    ],
    fetch: async (_ctx, tx, filters, page) => wire.toWire(await listListings(tx, filters, page)),
  }),
  route({
    method: "POST",
    path: "/listings/map",
    summary: "Give listings their SKU; orders that waited for it are tried again",
    permission: EDIT,
    body: z.object({
      listings: z
        .array(z.object({ listingId: idField<"Listing">(), skuCode: z.string().trim().min(1).max(60) }))
        .min(1)
        .max(AT_ONCE),
    }),
    answer: z.object({ mapped: z.number().int() }),
    handle: (ctx, { body }) => mapListings(ctx, body.listings),
  }),
  route({
    method: "POST",
    path: "/listings/unmap",
    summary: "Take the SKU from listings; 0 is published for them",
    permission: EDIT,
    body: z.object({ listingIds }),
    answer: z.object({ unmapped: z.number().int() }),
    handle: (ctx, { body }) => unmapListings(ctx, body.listingIds),
  }),
  route({
    method: "POST",
    path: "/listings/auto-match",
    summary: "Map every unmapped listing whose channel SKU equals a SKU's code",
    permission: EDIT,
    body: z.object({ channelId: idField<"Channel">().nullable().default(null) }),
    answer: z.object({ mapped: z.number().int() }),
    handle: (ctx, { body }) => autoMatchListings(ctx, body.channelId),
  }),
  route({
    method: "PATCH",
    path: "/listings",
    summary: "Change what is published of listings: disabled, buffer, reserved for the channel, cap",
    permission: EDIT,
    body: z.object({
      listingIds,
      disabled: z.boolean().optional(),
      buffer: figure.optional(),
      reservedForChannel: figure.optional(),
      cap: figure.nullable().optional(),
    }),
    answer: z.object({ changed: z.number().int() }),
    handle: (ctx, { body: { listingIds: ids, ...figures } }) => changeListings(ctx, ids, figures),
  }),
  route({
    method: "POST",
    path: "/publish-stops",
    summary: "Publish 0 for a SKU everywhere or for a whole channel, or end that",
    permission: EDIT,
    body: z.union([
      z.object({ kind: z.literal("SKU"), id: idField<"Sku">(), stopped: z.boolean() }),
      z.object({ kind: z.literal("CHANNEL"), id: idField<"Channel">(), stopped: z.boolean() }),
    ]),
    answer: z.object({ stopped: z.boolean() }),
    handle: (ctx, { body }) => stopPublishing(ctx, body, body.stopped),
  }),
  ...importListings.routes,
];
