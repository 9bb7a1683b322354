import type { ChannelId, FacilityId, Instant } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { NewDelivery } from "./deliveries.ts";
import type { Partner, PartnerDeliveryId, PartnerEvent, PartnerId, PartnerWish } from "./partner.ts";

/** Enabled partners and what they are to be told of. */
export async function listWishes(tx: Tx): Promise<PartnerWish[]> {
  const rows = await tx.run(sql<{
    partnerId: PartnerId;
    events: PartnerEvent[];
    channelIds: ChannelId[] | null;
    facilityIds: FacilityId[] | null;
  }>`
    select p.partner_id as "partnerId", p.events,
      (select array_agg(c.channel_id) from godown.partner_channel c where c.tenant_id = p.tenant_id and c.partner_id = p.partner_id) as "channelIds",
      (select array_agg(f.facility_id) from godown.partner_facility f where f.tenant_id = p.tenant_id and f.partner_id = p.partner_id) as "facilityIds"
    from godown.partner p
    where p.tenant_id = ${tx.tenantId} and p.enabled
    order by p.partner_id`);
  return rows.map((row) => ({
    partnerId: row.partnerId,
    events: new Set(row.events),
    channelIds: row.channelIds === null ? null : new Set(row.channelIds),
    facilityIds: row.facilityIds === null ? null : new Set(row.facilityIds),
  }));
}

/** Writes what is not there yet, positions in the order given, for partners that are enabled. Answers for whom there is something. */
export async function insertDeliveries(
  tx: Tx,
  rows: readonly (NewDelivery & { readonly partnerDeliveryId: PartnerDeliveryId })[],
  now: Instant,
): Promise<PartnerId[]> {
  const wanted = rows.map(({ payload, fault = null, ...row }) => ({ ...row, fault, body: JSON.stringify(payload) }));
  const written = await tx.run(sql<{ partnerId: PartnerId }>`
    insert into godown.partner_delivery
      (tenant_id, partner_delivery_id, partner_id, event, lane, dedupe_key, sale_order_id, shipping_package_id, subject, body, happened_at, created_at, state,
        next_attempt_at, settled_at, last_message)
    select p.tenant_id, r."partnerDeliveryId", p.partner_id, r.event, r.lane, r."dedupeKey", r."saleOrderId", r."shippingPackageId", r.subject, r.body::json,
      r."happenedAt", ${now}, case when r.fault is null then 'PENDING' else 'FAILED' end, case when r.fault is null then ${now}::timestamptz end,
      case when r.fault is not null then ${now}::timestamptz end, r.fault
    from rows from (jsonb_to_recordset(${json(wanted)}) as ("partnerDeliveryId" uuid, "partnerId" uuid, event text, lane uuid, "dedupeKey" text,
        "saleOrderId" uuid, "shippingPackageId" uuid, subject text, body text, "happenedAt" timestamptz, fault text)) with ordinality
      as r("partnerDeliveryId", "partnerId", event, lane, "dedupeKey", "saleOrderId", "shippingPackageId", subject, body, "happenedAt", fault, place)
    join godown.partner p on p.tenant_id = ${tx.tenantId} and p.partner_id = r."partnerId" and p.enabled
    order by r.place
    on conflict (tenant_id, partner_id, event, dedupe_key) do nothing
    returning partner_id as "partnerId"`);
  return [...new Set(written.map((row) => row.partnerId))];
}

const partnerColumns = sql`
  p.partner_id as "partnerId", p.code, p.name, p.base_url as "baseUrl", p.auth, p.header_name as "headerName", p.username,
  p.secret_set_at as "secretSetAt", p.secret_set_by as "secretSetBy", p.credentials_version as "credentialsVersion", p.events, p.enabled,
  p.created_at as "createdAt", p.updated_at as "updatedAt",
  (select array_agg(c.channel_id order by c.channel_id) from godown.partner_channel c where c.tenant_id = p.tenant_id and c.partner_id = p.partner_id) as "channelIds",
  (select array_agg(f.facility_id order by f.facility_id) from godown.partner_facility f where f.tenant_id = p.tenant_id and f.partner_id = p.partner_id) as "facilityIds"`;

/** A partner and its sealed secret. */
export function findPartner(
  tx: Tx,
  partnerId: PartnerId,
): Promise<(Partner & { readonly sealed: Buffer }) | undefined> {
  return tx.first(sql<Partner & { readonly sealed: Buffer }>`
    select ${partnerColumns}, p.sealed from godown.partner p where p.tenant_id = ${tx.tenantId} and p.partner_id = ${partnerId}`);
}

/** The same, and nobody else changes its settings until the transaction ends. */
export async function lockPartner(tx: Tx, partnerId: PartnerId): ReturnType<typeof findPartner> {
  await tx.run(sql`
    select from godown.partner where tenant_id = ${tx.tenantId} and partner_id = ${partnerId} for update`);
  return findPartner(tx, partnerId);
}

export function listCodes(tx: Tx): Promise<{ partnerId: PartnerId; code: string }[]> {
  return tx.run(sql<{ partnerId: PartnerId; code: string }>`
    select partner_id as "partnerId", code from godown.partner where tenant_id = ${tx.tenantId}`);
}

export type PartnerToSave = Omit<Partner, "createdAt" | "updatedAt"> & { readonly sealed: Buffer };

/** Writes a partner with its filters. A new one gets an open line. */
export async function savePartner(tx: Tx, p: PartnerToSave, now: Instant): Promise<void> {
  await tx.run(sql`
    insert into godown.partner (tenant_id, partner_id, code, name, base_url, auth, header_name, username, sealed, secret_set_at, secret_set_by,
      credentials_version, events, enabled, created_at, updated_at)
    values (${tx.tenantId}, ${p.partnerId}, ${p.code}, ${p.name}, ${p.baseUrl}, ${p.auth}, ${p.headerName}, ${p.username}, ${p.sealed}, ${p.secretSetAt},
      ${p.secretSetBy}, ${p.credentialsVersion}, ${[...p.events]}::text[], ${p.enabled}, ${now}, ${now})
    on conflict (tenant_id, partner_id) do update set name = excluded.name, base_url = excluded.base_url, auth = excluded.auth,
      header_name = excluded.header_name, username = excluded.username, sealed = excluded.sealed, secret_set_at = excluded.secret_set_at,
      secret_set_by = excluded.secret_set_by, credentials_version = excluded.credentials_version, events = excluded.events,
      enabled = excluded.enabled, updated_at = excluded.updated_at`);
  await tx.run(sql`
    insert into godown.partner_line (tenant_id, partner_id) values (${tx.tenantId}, ${p.partnerId}) on conflict do nothing`);
  await tx.run(sql`
    delete from godown.partner_channel
    where tenant_id = ${tx.tenantId} and partner_id = ${p.partnerId} and channel_id <> all (${[...(p.channelIds ?? [])]}::uuid[])`);
  await tx.run(sql`
    insert into godown.partner_channel (tenant_id, partner_id, channel_id)
    select ${tx.tenantId}::uuid, ${p.partnerId}::uuid, id from unnest(${[...(p.channelIds ?? [])]}::uuid[]) as id on conflict do nothing`);
  await tx.run(sql`
    delete from godown.partner_facility
    where tenant_id = ${tx.tenantId} and partner_id = ${p.partnerId} and facility_id <> all (${[...(p.facilityIds ?? [])]}::uuid[])`);
  await tx.run(sql`
    insert into godown.partner_facility (tenant_id, partner_id, facility_id)
    select ${tx.tenantId}::uuid, ${p.partnerId}::uuid, id from unnest(${[...(p.facilityIds ?? [])]}::uuid[]) as id on conflict do nothing`);
}

export async function setEnabled(tx: Tx, partnerId: PartnerId, enabled: boolean, now: Instant): Promise<void> {
  await tx.run(sql`
    update godown.partner set enabled = ${enabled}, updated_at = ${now} where tenant_id = ${tx.tenantId} and partner_id = ${partnerId}`);
}

/** Of these channels and facilities, those that there are. */
export async function knownPlaces(
  tx: Tx,
  channelIds: readonly ChannelId[],
  facilityIds: readonly FacilityId[],
): Promise<ReadonlySet<ChannelId | FacilityId>> {
  const rows = await tx.run(sql<{ id: ChannelId | FacilityId }>`
    select channel_id as id from godown.channel where tenant_id = ${tx.tenantId} and channel_id = any (${[...channelIds]}::uuid[])
    union all
    select facility_id from godown.facility where tenant_id = ${tx.tenantId} and facility_id = any (${[...facilityIds]}::uuid[])`);
  return new Set(rows.map((row) => row.id));
}

/** A person says that it is worth a look: nothing holds the partner back any more, and what failed has its turn now. */
export async function openHeldLine(tx: Tx, partnerId: PartnerId, now: Instant): Promise<void> {
  await tx.run(sql`
    update godown.partner_line
    set held = null, held_since = null, held_until = null, held_tries = 0, failures = 0, failing_since = null, last_message = null
    where tenant_id = ${tx.tenantId} and partner_id = ${partnerId}`);
  await tx.run(sql`
    update godown.partner_delivery set next_attempt_at = ${now}
    where tenant_id = ${tx.tenantId} and partner_id = ${partnerId} and state = 'PENDING' and next_attempt_at > ${now}`);
}

/** A delivery that a person acts on. */
export interface TouchedDelivery {
  readonly partnerDeliveryId: PartnerDeliveryId;
  readonly partnerId: PartnerId;
  readonly event: PartnerEvent;
  readonly subject: string;
  readonly state: string;
}

const touched = sql`d.partner_delivery_id as "partnerDeliveryId", d.partner_id as "partnerId", d.event, d.subject, d.state`;

export function findDeliveries(tx: Tx, ids: readonly PartnerDeliveryId[]): Promise<TouchedDelivery[]> {
  return tx.run(sql<TouchedDelivery>`
    select ${touched} from godown.partner_delivery d
    where d.tenant_id = ${tx.tenantId} and d.partner_delivery_id = any (${[...ids]}::uuid[])`);
}

/** To be sent now: what is settled begins anew, with a day of its own; what waits keeps its count. Each keeps its place in its lane. */
export function repeatDeliveries(tx: Tx, ids: readonly PartnerDeliveryId[], now: Instant): Promise<TouchedDelivery[]> {
  return tx.run(sql<TouchedDelivery>`
    update godown.partner_delivery d set state = 'PENDING', next_attempt_at = ${now}, settled_at = null, dismissed_at = null, dismissed_by = null,
      tries = case when d.state = 'PENDING' then d.tries else 0 end,
      first_tried_at = case when d.state = 'PENDING' then d.first_tried_at end
    where d.tenant_id = ${tx.tenantId} and d.partner_delivery_id = any (${[...ids]}::uuid[]) and ${hasBody}
    returning ${touched}`);
}

/** What could not be put into words has nothing to send. */
const hasBody = sql`body::text <> 'null'`;

/** The same for all of a partner that are flagged and were settled since a moment. Answers how many. */
export function repeatFlagged(tx: Tx, partnerId: PartnerId, since: Instant, now: Instant): Promise<number> {
  return tx.count(sql`
    update godown.partner_delivery set state = 'PENDING', next_attempt_at = ${now}, settled_at = null, tries = 0, first_tried_at = null
    where tenant_id = ${tx.tenantId} and partner_id = ${partnerId} and state in ('FAILED', 'GIVEN_UP') and dismissed_at is null
      and settled_at >= ${since} and ${hasBody}`);
}

/** A person has seen that these failed. */
export function dismissDeliveries(
  tx: Tx,
  ids: readonly PartnerDeliveryId[],
  by: { readonly at: Instant; readonly name: string },
): Promise<TouchedDelivery[]> {
  return tx.run(sql<TouchedDelivery>`
    update godown.partner_delivery d set dismissed_at = ${by.at}, dismissed_by = ${by.name}
    where d.tenant_id = ${tx.tenantId} and d.partner_delivery_id = any (${[...ids]}::uuid[])
      and d.state in ('FAILED', 'GIVEN_UP') and d.dismissed_at is null
    returning ${touched}`);
}

/** These are not sent after all. */
export function discardDeliveries(tx: Tx, ids: readonly PartnerDeliveryId[], now: Instant): Promise<TouchedDelivery[]> {
  return tx.run(sql<TouchedDelivery>`
    update godown.partner_delivery d set state = 'DISCARDED', next_attempt_at = null, settled_at = ${now}
    where d.tenant_id = ${tx.tenantId} and d.partner_delivery_id = any (${[...ids]}::uuid[]) and d.state = 'PENDING'
    returning ${touched}`);
}

/** All that waits for a partner is not sent after all. Answers how much it was. */
export function discardWaiting(tx: Tx, partnerId: PartnerId, before: Instant, now: Instant): Promise<number> {
  return tx.count(sql`
    update godown.partner_delivery set state = 'DISCARDED', next_attempt_at = null, settled_at = ${now}
    where tenant_id = ${tx.tenantId} and partner_id = ${partnerId} and state = 'PENDING' and created_at < ${before}`);
}
