import type { ExchangeId } from "../../channels/index.ts";
import type { ChannelId, Id, Instant, ManifestId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { DocumentId } from "../../platform/stored-document.ts";
import type { CourierExchangeId, ShippingProviderId } from "../../shipping/index.ts";
import { CHANNEL_SHIPS } from "./store.ts";

export type ManifestFileId = Id<"ManifestFile">;

/** The channel's list of one courier: made when the manifest closed, downloaded after. */
export interface ManifestFile {
  readonly manifestFileId: ManifestFileId;
  readonly manifestId: ManifestId;
  readonly manifest: string;
  readonly channelId: ChannelId;
  readonly channel: string;
  readonly source: string;
  readonly courierCode: string;
  /** The courier's name as its parcels have it. */
  readonly courier: string;
  /** The courier that makes the list by its API; null: the channel makes it. */
  readonly providerId: ShippingProviderId | null;
  /** The courier's number of it. */
  readonly number: string | null;
  /** Parcels that the courier leaves out, and why. */
  readonly refused: readonly RefusedNumbers[];
  /** Null: the channel gave no address; the courier has not been asked yet, or made none. */
  readonly url: string | null;
  readonly state: "WAITING" | "FAILED" | "STORED";
  readonly attempts: number;
  /** What came of the last try. */
  readonly message: string | null;
  readonly exchangeId: ExchangeId | CourierExchangeId | null;
  readonly documentId: DocumentId | null;
  readonly nextAttemptAt: Instant | null;
  readonly createdAt: Instant;
}

/** Tracking numbers that a courier left off its list. */
export interface RefusedNumbers {
  readonly awbs: readonly string[];
  /** They stand on another list; or it does not know them. */
  readonly why: "ALREADY" | "UNKNOWN";
  readonly words: string;
}

const files = sql`
  select f.manifest_file_id as "manifestFileId", f.manifest_id as "manifestId", m.code as manifest, m.channel_id as "channelId", c.code as channel, c.source,
    f.courier_code as "courierCode", coalesce((
      select min(p.channel_courier_name) from godown.manifest_package mp join godown.shipping_package p using (tenant_id, shipping_package_id)
      where mp.tenant_id = f.tenant_id and mp.manifest_id = f.manifest_id and p.channel_courier_code = f.courier_code), v.name, nullif(f.courier_code, ''), ${CHANNEL_SHIPS}) as courier,
    f.shipping_provider_id as "providerId", f.number, f.refused, f.url, f.state, f.attempts, f.message, f.exchange_id as "exchangeId", f.document_id as "documentId", f.next_attempt_at as "nextAttemptAt", f.created_at as "createdAt"
  from godown.manifest_file f
  join godown.manifest m on m.tenant_id = f.tenant_id and m.manifest_id = f.manifest_id
  join godown.channel c on c.tenant_id = m.tenant_id and c.channel_id = m.channel_id
  left join godown.shipping_provider v on v.tenant_id = f.tenant_id and v.shipping_provider_id = f.shipping_provider_id`;

export function manifestFiles(tx: Tx, manifestId: ManifestId): Promise<ManifestFile[]> {
  return tx.run(sql<ManifestFile>`
    ${files} where f.tenant_id = ${tx.tenantId} and f.manifest_id = ${manifestId} order by f.courier_code`);
}

/** One file, of a manifest within reach. */
export function findFile(
  tx: Tx,
  ctx: Pick<Ctx, "facilities">,
  which: { readonly manifestFileId: ManifestFileId; readonly manifestId?: ManifestId },
): Promise<ManifestFile | undefined> {
  return tx.first(sql<ManifestFile>`
    ${files} where f.tenant_id = ${tx.tenantId} and f.manifest_file_id = ${which.manifestFileId}
      and (${which.manifestId ?? null}::uuid is null or f.manifest_id = ${which.manifestId ?? null}::uuid)
      and ${ctx.facilities === "all" ? sql`true` : sql`m.facility_id = any(${ctx.facilities}::uuid[])`}`);
}

/** Locks a file and tells its state now. */
export async function lockFile(tx: Tx, manifestFileId: ManifestFileId): Promise<ManifestFile["state"] | undefined> {
  const row = await tx.first(sql<{ state: ManifestFile["state"] }>`
    select state from godown.manifest_file where tenant_id = ${tx.tenantId} and manifest_file_id = ${manifestFileId} for update`);
  return row?.state;
}

/** Files of a manifest that has just closed. One that came is stored; one without an address has failed already, and says so. */
export async function insertFiles(
  tx: Tx,
  manifestId: ManifestId,
  rows: readonly {
    readonly id: string;
    readonly courierCode: string;
    readonly url: string | null;
    readonly exchangeId: ExchangeId | null;
    readonly documentId: DocumentId | null;
    /** Why a file that came cannot be kept. */
    readonly words: string | null;
  }[],
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.manifest_file (tenant_id, manifest_file_id, manifest_id, courier_code, url, state, message, exchange_id, document_id, next_attempt_at, created_at, updated_at)
    select ${tx.tenantId}, r.id, ${manifestId}, r."courierCode", r.url, case when r."documentId" is not null then 'STORED' when r.url is null then 'FAILED' else 'WAITING' end,
      case when r."documentId" is null and r.url is null then coalesce(r.words, 'The channel made its list, but gave no address for the file.') end, r."exchangeId", r."documentId",
      case when r."documentId" is null and r.url is not null then ${at}::timestamptz end, ${at}, ${at}
    from jsonb_to_recordset(${json(rows)}) as r(id uuid, "courierCode" text, url text, "exchangeId" uuid, "documentId" uuid, words text)`);
}

/** What came of a try. `url` is given where the channel named a new address. */
export async function settleFile(
  tx: Tx,
  manifestFileId: ManifestFileId,
  outcome: {
    readonly state: ManifestFile["state"];
    readonly message: string | null;
    readonly exchangeId: ExchangeId | CourierExchangeId | null;
    readonly documentId: DocumentId | null;
    readonly nextAttemptAt: Instant | null;
    readonly url?: string;
  },
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.manifest_file set state = ${outcome.state}, message = ${outcome.message}, exchange_id = coalesce(${outcome.exchangeId}::uuid, exchange_id),
      document_id = ${outcome.documentId}, next_attempt_at = ${outcome.nextAttemptAt}, attempts = attempts + 1, url = coalesce(${outcome.url ?? null}, url), updated_at = ${at}
    where tenant_id = ${tx.tenantId} and manifest_file_id = ${manifestFileId}`);
}

/** Files whose next try is overdue: the job that should have made it has been lost. */
export async function overdueFiles(tx: Tx, before: Instant, limit: number): Promise<ManifestFileId[]> {
  const rows = await tx.run(sql<{ id: ManifestFileId }>`
    select manifest_file_id as id from godown.manifest_file
    where tenant_id = ${tx.tenantId} and state = 'WAITING' and next_attempt_at < ${before} order by next_attempt_at limit ${limit}`);
  return rows.map((row) => row.id);
}

/** Live numbers that couriers gave by their API to parcels of a manifest, by courier. */
export function courierNumbers(
  tx: Tx,
  manifestId: ManifestId,
): Promise<{ readonly providerId: ShippingProviderId; readonly provider: string; readonly awbs: readonly string[] }[]> {
  return tx.run(sql<{ providerId: ShippingProviderId; provider: string; awbs: string[] }>`
    select w.shipping_provider_id as "providerId", v.code as provider, array_agg(w.awb order by mp.added_at, w.awb) as awbs
    from godown.manifest_package mp
    join godown.shipping_package p on p.tenant_id = mp.tenant_id and p.shipping_package_id = mp.shipping_package_id
    join godown.courier_waybill w on w.tenant_id = p.tenant_id and w.shipping_package_id = p.shipping_package_id and w.shipping_provider_id = p.shipping_provider_id
      and w.awb = p.awb and w.state = 'GIVEN'
    join godown.shipping_provider v on v.tenant_id = w.tenant_id and v.shipping_provider_id = w.shipping_provider_id
    where mp.tenant_id = ${tx.tenantId} and mp.manifest_id = ${manifestId} group by 1, 2 order by 2`);
}

/** Lists that couriers are to be asked for, of a manifest that has just closed. */
export async function insertCourierLists(
  tx: Tx,
  manifestId: ManifestId,
  lists: readonly { readonly id: string; readonly providerId: ShippingProviderId; readonly provider: string }[],
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.manifest_file (tenant_id, manifest_file_id, manifest_id, courier_code, shipping_provider_id, state, next_attempt_at, created_at, updated_at)
    select ${tx.tenantId}, r.id, ${manifestId}, r.provider, r."providerId", 'WAITING', ${at}, ${at}, ${at}
    from jsonb_to_recordset(${json(lists)}) as r(id uuid, "providerId" uuid, provider text)
    on conflict (tenant_id, manifest_id, courier_code) do nothing`);
}

/** What a courier said of its list: where it can be downloaded, and whom it left out. */
export async function noteCourierList(
  tx: Tx,
  manifestFileId: ManifestFileId,
  made: { readonly url: string | null; readonly number: string | null; readonly refused: readonly RefusedNumbers[] },
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.manifest_file set url = coalesce(${made.url}, url), number = coalesce(${made.number}, number), refused = ${json(made.refused)}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and manifest_file_id = ${manifestFileId}`);
}
