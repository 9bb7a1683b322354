import type { ChannelId, FacilityId, Instant } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { Channel, ChannelSettings, ChannelState, IntakeChannel } from "./channel.ts";
import { storeOf } from "./facilities.ts";
import { sourceOf } from "./registry.ts";

/** The channels of a batch of orders, with their facilities in routing order: one query. */
export async function intakeChannels(tx: Tx, channelIds: readonly ChannelId[]): Promise<Map<ChannelId, IntakeChannel>> {
  const rows = await tx.run(sql<IntakeRow>`
    select c.channel_id as "channelId", c.code, c.source, c.state, c.fields, c.auto_verify as "autoVerify", c.create_on_hold as "createOnHold",
      c.package_type as "packageType", c.priority, c.created_at as "createdAt", t.live as "tenantLive",
      coalesce((
        select jsonb_agg(jsonb_build_object('facilityId', cf.facility_id, 'code', f.code, 'channelWarehouse', cf.channel_warehouse) order by cf.rank)
        from godown.channel_facility cf join godown.facility f using (tenant_id, facility_id)
        where cf.tenant_id = c.tenant_id and cf.channel_id = c.channel_id and f.enabled
      ), '[]') as facilities
    from godown.channel c join godown.tenant t using (tenant_id)
    where c.tenant_id = ${tx.tenantId} and c.channel_id = any(${channelIds}::uuid[])`);
  return new Map(rows.map((row) => [row.channelId, atItsStore(row)]));
}

type IntakeRow = Omit<IntakeChannel, "ordersFacilityId" | "mapAlone"> & Pick<Channel, "fields">;

function atItsStore({ fields, ...row }: IntakeRow): IntakeChannel {
  const source = sourceOf(row.source);
  const mapAlone = source.fields.some((field) => field.type === "warehouse-map" && field.required);
  const store = storeOf(source, fields);
  if (store === null) return { ...row, mapAlone, ordersFacilityId: null };
  const facilities = row.facilities.filter((facility) => facility.code === store);
  return { ...row, mapAlone, facilities, ordersFacilityId: facilities[0]?.facilityId ?? null };
}

const channelColumns = sql`
  c.channel_id as "channelId", c.code, c.source, c.name, c.state, c.broken_reason as "brokenReason", c.fields, c.settings as "sourceSettings",
  c.billing_party_id as "billingPartyId", c.tat_hours as "tatHours", c.package_type as "packageType", c.auto_verify as "autoVerify",
  c.create_on_hold as "createOnHold", c.single_action as "singleAction", c.gst_e_invoicing as "gstEInvoicing", c.notify_on_dispatch as "notifyOnDispatch",
  c.returned_on_channel_word as "returnedOnChannelWord", c.dispatched_on_panel as "dispatchedOnPanel", c.priority, c.created_at as "createdAt", c.connected_at as "connectedAt",
  coalesce((
    select jsonb_agg(jsonb_build_object('facilityId', cf.facility_id, 'channelWarehouse', cf.channel_warehouse) order by cf.rank)
    from godown.channel_facility cf where cf.tenant_id = c.tenant_id and cf.channel_id = c.channel_id
  ), '[]') as facilities`;

export function findChannel(tx: Tx, channelId: ChannelId): Promise<Channel | undefined> {
  return tx.first(sql<Channel>`
    select ${channelColumns} from godown.channel c where c.tenant_id = ${tx.tenantId} and c.channel_id = ${channelId}`);
}

/** The channel, locked: what a command decides about it stays true until it commits. */
export function lockChannel(tx: Tx, channelId: ChannelId): Promise<Channel | undefined> {
  return tx.first(sql<Channel>`
    select ${channelColumns} from godown.channel c where c.tenant_id = ${tx.tenantId} and c.channel_id = ${channelId} for update`);
}

export function listChannels(tx: Tx): Promise<Channel[]> {
  return tx.run(sql<Channel>`
    select ${channelColumns} from godown.channel c where c.tenant_id = ${tx.tenantId} order by c.code`);
}

/** Codes and names in use, in lower case. */
export async function takenNames(tx: Tx): Promise<Set<string>> {
  const rows = await tx.run(sql<{ code: string; name: string }>`
    select code, name from godown.channel where tenant_id = ${tx.tenantId}`);
  return new Set(rows.flatMap((row) => [row.code.toLowerCase(), row.name.toLowerCase()]));
}

export async function insertChannel(tx: Tx, channel: Channel): Promise<void> {
  await tx.run(sql`
    insert into godown.channel (tenant_id, channel_id, code, source, name, state, billing_party_id, settings, tat_hours, package_type,
      auto_verify, create_on_hold, single_action, gst_e_invoicing, notify_on_dispatch, returned_on_channel_word, dispatched_on_panel, priority, created_at, connected_at)
    values (${tx.tenantId}, ${channel.channelId}, ${channel.code}, ${channel.source}, ${channel.name}, ${channel.state}, ${channel.billingPartyId},
      ${json(channel.sourceSettings)}, ${channel.tatHours}, ${channel.packageType}, ${channel.autoVerify}, ${channel.createOnHold},
      ${channel.singleAction}, ${channel.gstEInvoicing}, ${channel.notifyOnDispatch}, ${channel.returnedOnChannelWord}, ${channel.dispatchedOnPanel}, ${channel.priority}, ${channel.createdAt},
      ${channel.connectedAt})`);
  await saveFacilities(tx, channel.channelId, channel.facilities);
}

export async function saveSettings(
  tx: Tx,
  channelId: ChannelId,
  s: ChannelSettings,
  state: ChannelState,
): Promise<void> {
  await tx.run(sql`
    update godown.channel set name = ${s.name}, state = ${state}, billing_party_id = ${s.billingPartyId}, settings = ${json(s.sourceSettings)},
      tat_hours = ${s.tatHours}, package_type = ${s.packageType}, auto_verify = ${s.autoVerify}, create_on_hold = ${s.createOnHold},
      single_action = ${s.singleAction}, gst_e_invoicing = ${s.gstEInvoicing}, notify_on_dispatch = ${s.notifyOnDispatch}, returned_on_channel_word = ${s.returnedOnChannelWord},
      dispatched_on_panel = ${s.dispatchedOnPanel}, priority = ${s.priority}
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId}`);
  await saveFacilities(tx, channelId, s.facilities);
}

/** Writes the channel's facilities, in routing order, each with the channel's own code of it. */
export async function saveFacilities(
  tx: Tx,
  channelId: ChannelId,
  facilities: ChannelSettings["facilities"],
): Promise<void> {
  const rows = facilities.map((facility, i) => ({ ...facility, rank: i + 1 }));
  await tx.run(sql`
    delete from godown.channel_facility
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and facility_id <> all (${rows.map((r) => r.facilityId)}::uuid[])`);
  await tx.run(sql`
    insert into godown.channel_facility (tenant_id, channel_id, facility_id, rank, channel_warehouse)
    select ${tx.tenantId}::uuid, ${channelId}::uuid, r."facilityId", r.rank, r."channelWarehouse"
    from jsonb_to_recordset(${json(rows)}) as r("facilityId" uuid, rank integer, "channelWarehouse" text)
    on conflict (tenant_id, channel_id, facility_id) do update set rank = excluded.rank, channel_warehouse = excluded.channel_warehouse`);
}

/** Which of these are no enabled facilities of the tenant. */
export async function unknownFacilities(tx: Tx, facilityIds: readonly FacilityId[]): Promise<string[]> {
  const rows = await tx.run(sql<{ facilityId: string }>`
    select w.id as "facilityId" from unnest(${facilityIds}::uuid[]) as w(id)
    where not exists (select from godown.facility f where f.tenant_id = ${tx.tenantId} and f.facility_id = w.id and f.enabled)`);
  return rows.map((row) => row.facilityId);
}

export interface TenantFacility {
  readonly facilityId: FacilityId;
  readonly code: string;
  readonly name: string;
  readonly enabled: boolean;
}

/** Every facility of the tenant. */
export function tenantFacilities(tx: Tx): Promise<TenantFacility[]> {
  return tx.run(sql<TenantFacility>`
    select facility_id as "facilityId", code, name, enabled from godown.facility where tenant_id = ${tx.tenantId} order by code`);
}

export async function setState(
  tx: Tx,
  channelId: ChannelId,
  change: { state: ChannelState; brokenReason: string | null; connectedAt?: Instant },
): Promise<void> {
  await tx.run(sql`
    update godown.channel set state = ${change.state}, broken_reason = ${change.brokenReason},
      connected_at = coalesce(${change.connectedAt ?? null}::timestamptz, connected_at)
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId}`);
}

/** The channels that are served from a facility, in id order. */
export async function channelsOf(tx: Tx, facilityId: FacilityId): Promise<ChannelId[]> {
  const rows = await tx.run(sql<{ channelId: ChannelId }>`
    select channel_id as "channelId" from godown.channel_facility
    where tenant_id = ${tx.tenantId} and facility_id = ${facilityId} order by channel_id`);
  return rows.map((row) => row.channelId);
}

export interface StoredSecret {
  readonly name: string;
  readonly sealed: Buffer;
  readonly setAt: Instant;
  readonly setByName: string | null;
}

export function readSecrets(tx: Tx, channelId: ChannelId): Promise<StoredSecret[]> {
  return tx.run(sql<StoredSecret>`
    select name, sealed, set_at as "setAt", set_by_name as "setByName" from godown.channel_secret
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} order by name`);
}

/** What a call needs to know of a channel, its tenant and its secrets: read for each call, so in one query. */
export interface CallFacts
  extends Pick<Channel, "channelId" | "code" | "source" | "state" | "fields" | "sourceSettings"> {
  /** Is the tenant live? */
  readonly live: boolean;
  readonly secrets: readonly Pick<StoredSecret, "name" | "sealed" | "setAt">[];
}

type CallRow = Omit<CallFacts, "secrets"> & {
  readonly secrets: readonly { readonly name: string; readonly sealed: string; readonly setAt: string }[];
};

export async function findForCall(tx: Tx, channelId: ChannelId): Promise<CallFacts | undefined> {
  const row = await tx.first(sql<CallRow>`
    select c.channel_id as "channelId", c.code, c.source, c.state, c.fields, c.settings as "sourceSettings", t.live, coalesce((
      select jsonb_agg(jsonb_build_object('name', s.name, 'sealed', encode(s.sealed, 'base64'), 'setAt', s.set_at) order by s.name)
      from godown.channel_secret s where s.tenant_id = c.tenant_id and s.channel_id = c.channel_id
    ), '[]') as secrets
    from godown.channel c join godown.tenant t using (tenant_id)
    where c.tenant_id = ${tx.tenantId} and c.channel_id = ${channelId}`);
  return (
    row && {
      ...row,
      secrets: row.secrets.map(({ name, sealed, setAt }) => ({
        ...{ name, sealed: Buffer.from(sealed, "base64"), setAt: Temporal.Instant.from(setAt) },
      })),
    }
  );
}

export async function saveCredentials(
  tx: Tx,
  channelId: ChannelId,
  fields: Readonly<Record<string, string>>,
  secrets: readonly { name: string; sealed: Buffer }[],
  by: { at: Instant; userId: string | null; name: string },
): Promise<void> {
  await tx.run(sql`
    update godown.channel set fields = ${json(fields)} where tenant_id = ${tx.tenantId} and channel_id = ${channelId}`);
  const rows = secrets.map(({ name, sealed }) => ({ name, sealed: sealed.toString("hex") }));
  await tx.run(sql`
    insert into godown.channel_secret (tenant_id, channel_id, name, sealed, set_at, set_by, set_by_name)
    select ${tx.tenantId}::uuid, ${channelId}::uuid, r.name, decode(r.sealed, 'hex'), ${by.at}, ${by.userId}::uuid, ${by.name}
    from jsonb_to_recordset(${json(rows)}) as r(name text, sealed text)
    on conflict (tenant_id, channel_id, name) do update set sealed = excluded.sealed, set_at = excluded.set_at,
      set_by = excluded.set_by, set_by_name = excluded.set_by_name`);
}

/** Lets one transaction at a time decide which channel of a source has which values, until it ends. */
export async function lockValues(tx: Tx, source: string): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`channel-values:${tx.tenantId}:${source}`}, 0))`);
}

/** Another channel of the source with this value of a field. */
export function channelOfValue(
  tx: Tx,
  source: string,
  field: string,
  value: string,
  except: ChannelId | null,
): Promise<{ channelId: ChannelId; code: string } | undefined> {
  return tx.first(sql<{ channelId: ChannelId; code: string }>`
    select channel_id as "channelId", code from godown.channel
    where tenant_id = ${tx.tenantId} and source = ${source} and fields ->> ${field} = ${value}
      and channel_id is distinct from ${except}::uuid
    order by created_at limit 1`);
}

export async function billingPartyExists(tx: Tx, billingPartyId: string): Promise<boolean> {
  const found = await tx.first(sql<{ id: string }>`
    select billing_party_id as id from godown.billing_party where tenant_id = ${tx.tenantId} and billing_party_id = ${billingPartyId}`);
  return found !== undefined;
}

export async function tenantFacts(
  tx: Tx,
): Promise<{ code: string; edition: "STANDARD" | "PROFESSIONAL" | "ENTERPRISE"; live: boolean }> {
  return tx.one(sql<{ code: string; edition: "STANDARD" | "PROFESSIONAL" | "ENTERPRISE"; live: boolean }>`
    select code, edition, live from godown.tenant where tenant_id = ${tx.tenantId}`);
}
