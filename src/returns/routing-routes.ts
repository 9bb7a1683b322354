import { z } from "zod";
import { idField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { listReturnRoutes } from "./routing.store.ts";
import { addReturnRoute, changeReturnRoute, removeReturnRoute } from "./routing.ts";

const KINDS = z.enum(["RTO", "CIR"]);
const params = z.object({ returnRouteId: idField<"ReturnRoute">() });

const list = listRoutes({
  path: "/return-routes",
  summary: "Channel Return Facility Mapping",
  permission: "channels.view",
  filters: { kind: KINDS.optional(), channelId: idField<"Channel">().optional() },
  row: z.object({
    returnRouteId: z.string(),
    channelId: z.string(),
    channel: z.string(),
    dispatchFacilityId: z.string(),
    dispatchFacility: z.string(),
    kind: KINDS,
    returnFacilityId: z.string(),
    returnFacility: z.string(),
    createdAt: z.string(),
    createdBy: z.string(),
  }),
  sorts: ["channel", "createdAt"],
  columns: [
    { title: "Channel", value: (r) => r.channel },
    { title: "Dispatch facility", value: (r) => r.dispatchFacility },
    { title: "Return type", value: (r) => r.kind },
    { title: "Return facility", value: (r) => r.returnFacility },
  ],
  fetch: async (_ctx, tx, filters, page) => {
    const found = await listReturnRoutes(tx, filters, page);
    return { ...found, rows: found.rows.map((row) => ({ ...row, createdAt: row.createdAt.toString() })) };
  },
});

export const returnRouteRoutes: Route[] = [
  ...list,
  route({
    method: "POST",
    path: "/return-routes",
    summary: "Add a return mapping: where what left from a facility for a channel comes back to",
    permission: "channels.manage",
    body: z.strictObject({
      channelId: idField<"Channel">(),
      dispatchFacilityId: idField<"Facility">(),
      kind: KINDS,
      returnFacilityId: idField<"Facility">(),
    }),
    answer: z.object({ returnRouteId: z.string() }),
    handle: (ctx, { body }) => addReturnRoute(ctx, body),
  }),
  route({
    method: "PUT",
    path: "/return-routes/:returnRouteId",
    summary: "Change where a return mapping leads",
    permission: "channels.manage",
    params,
    body: z.strictObject({ returnFacilityId: idField<"Facility">() }),
    handle: (ctx, { params: of, body }) => changeReturnRoute(ctx, { ...of, ...body }),
  }),
  route({
    method: "DELETE",
    path: "/return-routes/:returnRouteId",
    summary: "Remove a return mapping: returns come back to where they were sent from",
    permission: "channels.manage",
    params,
    handle: (ctx, { params: { returnRouteId } }) => removeReturnRoute(ctx, returnRouteId),
  }),
];
