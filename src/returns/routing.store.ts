import type { FacilityId, Instant } from "../kernel/index.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { ReturnKind } from "./return-case.ts";
import type { ReturnRoute, ReturnRouteId } from "./routing.ts";

export interface ReturnRouteRow extends ReturnRoute {
  readonly returnRouteId: ReturnRouteId;
  readonly channel: string;
  readonly dispatchFacility: string;
  readonly returnFacility: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
}

const columns = sql`r.return_route_id as "returnRouteId", r.channel_id as "channelId", c.code as channel, r.dispatch_facility_id as "dispatchFacilityId", d.code as "dispatchFacility",
  r.kind, r.return_facility_id as "returnFacilityId", f.code as "returnFacility", r.created_at as "createdAt", r.created_by as "createdBy"`;
const tables = sql`godown.return_route r
  join godown.channel c on c.tenant_id = r.tenant_id and c.channel_id = r.channel_id
  join godown.facility d on d.tenant_id = r.tenant_id and d.facility_id = r.dispatch_facility_id
  join godown.facility f on f.tenant_id = r.tenant_id and f.facility_id = r.return_facility_id`;

export async function listReturnRoutes(
  tx: Tx,
  filters: { kind?: ReturnKind | undefined; channelId?: string | undefined },
  page: Page,
): Promise<ListPage<ReturnRouteRow>> {
  const within = all([
    sql`r.tenant_id = ${tx.tenantId}`,
    filters.channelId === undefined ? undefined : sql`r.channel_id = ${filters.channelId}`,
  ]);
  const where = all([within, filters.kind === undefined ? undefined : sql`r.kind = ${filters.kind}`]);
  const direction = page.descending ? sql`desc` : sql`asc`;
  const sort =
    page.sort === "createdAt" ? sql`r.created_at ${direction}` : sql`c.code ${direction}, d.code ${direction}`;
  const rows = await tx.run(sql<ReturnRouteRow>`
    select ${columns} from ${tables} where ${where} order by ${sort}, r.kind, r.return_route_id limit ${page.limit} offset ${page.offset}`);
  const kinds = await tx.run(sql<{ kind: ReturnKind; count: number }>`
    select r.kind, count(*)::integer as count from godown.return_route r where ${within} group by 1`);
  const counts = Object.fromEntries(kinds.map((each) => [each.kind, each.count]));
  const total = filters.kind === undefined ? kinds.reduce((n, each) => n + each.count, 0) : (counts[filters.kind] ?? 0);
  return { rows, total, counts };
}

/** The mapping that stands for a channel, facility and type of return. */
export function routeFor(
  tx: Tx,
  of: Pick<ReturnRoute, "channelId" | "dispatchFacilityId" | "kind">,
): Promise<ReturnRouteRow | undefined> {
  return tx.first(sql<ReturnRouteRow>`
    select ${columns} from ${tables}
    where r.tenant_id = ${tx.tenantId} and r.channel_id = ${of.channelId} and r.dispatch_facility_id = ${of.dispatchFacilityId} and r.kind = ${of.kind}`);
}

export function lockRoute(tx: Tx, id: ReturnRouteId): Promise<ReturnRouteRow | undefined> {
  return tx.first(sql<ReturnRouteRow>`
    select ${columns} from ${tables} where r.tenant_id = ${tx.tenantId} and r.return_route_id = ${id} for update of r`);
}

/** False: there is one already. */
export async function insertRoute(
  tx: Tx,
  id: ReturnRouteId,
  route: ReturnRoute,
  by: string,
  at: Temporal.Instant,
): Promise<boolean> {
  const count = await tx.count(sql`
    insert into godown.return_route (tenant_id, return_route_id, channel_id, dispatch_facility_id, kind, return_facility_id, created_at, created_by)
    values (${tx.tenantId}, ${id}, ${route.channelId}, ${route.dispatchFacilityId}, ${route.kind}, ${route.returnFacilityId}, ${at}, ${by})
    on conflict (tenant_id, channel_id, dispatch_facility_id, kind) do nothing`);
  return count === 1;
}

export async function updateRoute(tx: Tx, id: ReturnRouteId, returnFacilityId: FacilityId): Promise<void> {
  await tx.run(sql`
    update godown.return_route set return_facility_id = ${returnFacilityId} where tenant_id = ${tx.tenantId} and return_route_id = ${id}`);
}

export async function deleteRoute(tx: Tx, id: ReturnRouteId): Promise<void> {
  await tx.run(sql`delete from godown.return_route where tenant_id = ${tx.tenantId} and return_route_id = ${id}`);
}

/** The first of a mapping's members that is not there. */
export async function missingOfRoute(tx: Tx, of: ReturnRoute): Promise<{ what: string; id: string } | null> {
  const found = await tx.one(sql<{ channel: boolean; dispatch: boolean; back: boolean }>`
    select exists (select from godown.channel where tenant_id = ${tx.tenantId} and channel_id = ${of.channelId}) as channel,
      exists (select from godown.facility where tenant_id = ${tx.tenantId} and facility_id = ${of.dispatchFacilityId}) as dispatch,
      exists (select from godown.facility where tenant_id = ${tx.tenantId} and facility_id = ${of.returnFacilityId}) as back`);
  if (!found.channel) return { what: "channel", id: of.channelId };
  if (!found.dispatch) return { what: "facility", id: of.dispatchFacilityId };
  return found.back ? null : { what: "facility", id: of.returnFacilityId };
}
