import type { Instant, ShippingPackageId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { Candidate, ProviderInput, ServedPincode, ShippingProviderId } from "./provider.ts";

export interface ProviderRow extends ProviderInput {
  readonly providerId: ShippingProviderId;
}

/** `p` is the provider. */
export const providerColumns = sql`p.shipping_provider_id as "providerId", p.code, p.name, p.kind, p.tracking_url_template as "trackingUrlTemplate",
  p.transit_days as "transitDays", p.serves_everywhere as "servesEverywhere", p.cod, p.preference, p.awb_low_mark as "awbLowMark", p.enabled`;

export async function providerById(tx: Tx, providerId: ShippingProviderId): Promise<ProviderRow | undefined> {
  return tx.first(sql<ProviderRow>`
    select ${providerColumns} from godown.shipping_provider p
    where p.tenant_id = ${tx.tenantId} and p.shipping_provider_id = ${providerId}`);
}

export async function providerByCode(tx: Tx, code: string): Promise<ProviderRow | undefined> {
  return tx.first(sql<ProviderRow>`
    select ${providerColumns} from godown.shipping_provider p where p.tenant_id = ${tx.tenantId} and p.code = ${code}`);
}

/** False where the code is taken. */
export async function insertProvider(
  tx: Tx,
  providerId: ShippingProviderId,
  p: ProviderInput,
  now: Instant,
): Promise<boolean> {
  const written = await tx.count(sql`
    insert into godown.shipping_provider (tenant_id, shipping_provider_id, code, name, kind, tracking_url_template, transit_days,
      serves_everywhere, cod, preference, awb_low_mark, enabled, created_at)
    values (${tx.tenantId}, ${providerId}, ${p.code}, ${p.name}, ${p.kind}, ${p.trackingUrlTemplate}, ${p.transitDays},
      ${p.servesEverywhere}, ${p.cod}, ${p.preference}, ${p.awbLowMark}, ${p.enabled}, ${now})
    on conflict (tenant_id, code) do nothing`);
  return written === 1;
}

/** False where another provider has the code. */
export async function updateProvider(tx: Tx, providerId: ShippingProviderId, p: ProviderInput): Promise<boolean> {
  // Providers are changed one at a time, so that the look for the code holds until commit.
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`shipping:${tx.tenantId}`}, 0))`);
  const holder = await providerByCode(tx, p.code);
  if (holder !== undefined && holder.providerId !== providerId) return false;
  await tx.run(sql`
    update godown.shipping_provider set code = ${p.code}, name = ${p.name}, kind = ${p.kind}, tracking_url_template = ${p.trackingUrlTemplate},
      transit_days = ${p.transitDays}, serves_everywhere = ${p.servesEverywhere}, cod = ${p.cod}, preference = ${p.preference},
      awb_low_mark = ${p.awbLowMark}, enabled = ${p.enabled}
    where tenant_id = ${tx.tenantId} and shipping_provider_id = ${providerId}`);
  return true;
}

type Stored = Omit<Candidate, "pincode">;

/** All providers; free tracking numbers are counted up to `awbsMax` each. */
export async function candidates(tx: Tx, awbsMax: number): Promise<Stored[]> {
  return tx.run(sql<Stored>`
    select p.shipping_provider_id as "providerId", p.code, p.kind, p.enabled, p.serves_everywhere as "servesEverywhere", p.cod, p.preference,
      (select count(*) from (select from godown.awb a where a.tenant_id = p.tenant_id and a.shipping_provider_id = p.shipping_provider_id
        and a.used_at is null limit ${awbsMax}) free) as "awbsLeft",
      exists (select from godown.courier_account c where c.tenant_id = p.tenant_id and c.shipping_provider_id = p.shipping_provider_id
        and c.state = 'CONNECTED') as connected
    from godown.shipping_provider p where p.tenant_id = ${tx.tenantId}`);
}

export interface PincodeRow extends ServedPincode {
  readonly providerId: ShippingProviderId;
  readonly pincode: string;
}

const pincodeColumns = sql`c.shipping_provider_id as "providerId", c.pincode, c.cod, c.prepaid, c.cod_priority as "codPriority",
  c.prepaid_priority as "prepaidPriority", c.sort_code as "sortCode"`;

export async function pincodeRows(tx: Tx, pincodes: readonly string[]): Promise<PincodeRow[]> {
  return tx.run(sql<PincodeRow>`
    select ${pincodeColumns} from godown.provider_pincode c where c.tenant_id = ${tx.tenantId} and c.pincode = any(${pincodes})`);
}

export async function pincodesOfProvider(
  tx: Tx,
  providerId: ShippingProviderId,
  pincodes: readonly string[],
): Promise<PincodeRow[]> {
  return tx.run(sql<PincodeRow>`
    select ${pincodeColumns} from godown.provider_pincode c
    where c.tenant_id = ${tx.tenantId} and c.shipping_provider_id = ${providerId} and c.pincode = any(${pincodes}) order by c.pincode for update`);
}

export async function savePincodes(
  tx: Tx,
  providerId: ShippingProviderId,
  rows: readonly { pincode: string; cod: boolean; sortCode: string | null }[],
): Promise<void> {
  await tx.run(sql`
    insert into godown.provider_pincode as c (tenant_id, shipping_provider_id, pincode, cod, sort_code)
    select ${tx.tenantId}::uuid, ${providerId}::uuid, r.pincode, r.cod, r."sortCode"
    from jsonb_to_recordset(${json(rows)}) as r(pincode text, cod boolean, "sortCode" text)
    order by r.pincode
    on conflict (tenant_id, shipping_provider_id, pincode) do update set cod = excluded.cod, sort_code = excluded.sort_code,
      -- What the serviceability file says stays, as far as it still can.
      cod_priority = case when excluded.cod then c.cod_priority end, prepaid = c.prepaid or not excluded.cod`);
}

export async function dropPincodes(tx: Tx, providerId: ShippingProviderId, pincodes: readonly string[]): Promise<void> {
  await tx.run(sql`
    delete from godown.provider_pincode
    where tenant_id = ${tx.tenantId} and shipping_provider_id = ${providerId} and pincode = any(${pincodes})`);
}

// The serviceability file: rows of many providers

/** A provider at a pincode. */
export interface PincodeKey {
  readonly providerId: ShippingProviderId;
  readonly pincode: string;
}

/** Rows of these providers at these pincodes, locked. */
export function lockPincodeRows(tx: Tx, keys: readonly PincodeKey[]): Promise<PincodeRow[]> {
  return tx.run(sql<PincodeRow>`
    select ${pincodeColumns} from godown.provider_pincode c
    where c.tenant_id = ${tx.tenantId} and (c.shipping_provider_id, c.pincode) in (
      select g."providerId", g.pincode from jsonb_to_recordset(${json(keys)}) as g("providerId" uuid, pincode text)
    )
    order by c.shipping_provider_id, c.pincode for update`);
}

export async function writePincodeRows(tx: Tx, rows: readonly PincodeRow[]): Promise<void> {
  await tx.run(sql`
    insert into godown.provider_pincode (tenant_id, shipping_provider_id, pincode, cod, prepaid, cod_priority, prepaid_priority, sort_code)
    select ${tx.tenantId}::uuid, g."providerId", g.pincode, g.cod, g.prepaid, g."codPriority", g."prepaidPriority", g."sortCode"
    from jsonb_to_recordset(${json(rows)}) as g("providerId" uuid, pincode text, cod boolean, prepaid boolean, "codPriority" integer,
      "prepaidPriority" integer, "sortCode" text)
    order by g."providerId", g.pincode
    on conflict (tenant_id, shipping_provider_id, pincode) do update set cod = excluded.cod, prepaid = excluded.prepaid,
      cod_priority = excluded.cod_priority, prepaid_priority = excluded.prepaid_priority, sort_code = excluded.sort_code`);
}

export async function dropPincodeRows(tx: Tx, keys: readonly PincodeKey[]): Promise<void> {
  await tx.run(sql`
    delete from godown.provider_pincode c using jsonb_to_recordset(${json(keys)}) as g("providerId" uuid, pincode text)
    where c.tenant_id = ${tx.tenantId} and c.shipping_provider_id = g."providerId" and c.pincode = g.pincode`);
}

/** What the serviceability file asks of providers, by code. */
export function providersForFile(
  tx: Tx,
  codes: readonly string[],
): Promise<{ providerId: ShippingProviderId; code: string; servesEverywhere: boolean; cod: boolean }[]> {
  return tx.run(sql<{ providerId: ShippingProviderId; code: string; servesEverywhere: boolean; cod: boolean }>`
    select shipping_provider_id as "providerId", code, serves_everywhere as "servesEverywhere", cod
    from godown.shipping_provider where tenant_id = ${tx.tenantId} and code = any(${codes})`);
}

// Tracking numbers

/** Adds numbers in their order; those that are there already (used ones too) stay as they are. @returns how many are new */
export async function insertAwbs(tx: Tx, providerId: ShippingProviderId, awbs: readonly string[]): Promise<number> {
  return tx.count(sql`
    insert into godown.awb (tenant_id, shipping_provider_id, awb)
    select ${tx.tenantId}::uuid, ${providerId}::uuid, given.awb
    from unnest(${awbs}::text[]) with ordinality as given(awb, place) order by given.place
    on conflict (tenant_id, shipping_provider_id, awb) do nothing`);
}

/** Takes numbers that no package has out of the pool. @returns how many went */
export async function deleteFreeAwbs(tx: Tx, providerId: ShippingProviderId, awbs: readonly string[]): Promise<number> {
  return tx.count(sql`
    delete from godown.awb where tenant_id = ${tx.tenantId} and shipping_provider_id = ${providerId}
      and awb = any(${awbs}::text[]) and used_at is null`);
}

/** Gives free numbers, oldest upload first, to packages in their order; numbers that another transaction is taking are passed over. */
export async function assignAwbs(
  tx: Tx,
  providerId: ShippingProviderId,
  packageIds: readonly ShippingPackageId[],
  now: Instant,
): Promise<{ packageId: ShippingPackageId; awb: string }[]> {
  return tx.run(sql<{ packageId: ShippingPackageId; awb: string }>`
    with free as materialized (
      select a.awb, a.seq from godown.awb a
      where a.tenant_id = ${tx.tenantId} and a.shipping_provider_id = ${providerId} and a.used_at is null
      order by a.seq limit ${packageIds.length} for update skip locked
    ), numbered as (
      select awb, row_number() over (order by seq) as place from free
    )
    update godown.awb a set shipping_package_id = w.id, used_at = ${now}::timestamptz
    from numbered n join unnest(${packageIds}::uuid[]) with ordinality as w(id, place) on w.place = n.place
    where a.tenant_id = ${tx.tenantId} and a.shipping_provider_id = ${providerId} and a.awb = n.awb
    returning a.shipping_package_id as "packageId", a.awb`);
}

/** Providers whose pools are low, with how many numbers are left. */
export async function lowPools(
  tx: Tx,
): Promise<{ providerId: ShippingProviderId; code: string; lowMark: number; left: number }[]> {
  return tx.run(sql<{ providerId: ShippingProviderId; code: string; lowMark: number; left: number }>`
    select p.shipping_provider_id as "providerId", p.code, p.awb_low_mark as "lowMark", free.count as "left"
    from godown.shipping_provider p
    cross join lateral (select count(*) from (select from godown.awb a where a.tenant_id = p.tenant_id
      and a.shipping_provider_id = p.shipping_provider_id and a.used_at is null limit greatest(p.awb_low_mark, 1)) f) free
    where p.tenant_id = ${tx.tenantId} and p.enabled and p.kind = 'AWB_POOL' and free.count < greatest(p.awb_low_mark, 1)
    order by p.code`);
}
