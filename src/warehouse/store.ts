import type { FacilityId, Id, Instant } from "../kernel/index.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import type { BillingPartyInput, FacilityInput, TenantRules } from "./facility.ts";
import type { DocumentType, InvoiceSeries, OtherSeries } from "./invoice-series.ts";

export type BillingPartyId = Id<"BillingParty">;
export type InvoiceSeriesId = Id<"InvoiceSeries">;

/** In place of a GSTIN for sellers without registration: all their facilities share the numbers of one supplier. */
export const UNREGISTERED = "UNREGISTERED";

/** Settings of a tenant are changed one at a time: checks against all other rows then hold until commit. */
export async function lockSettings(tx: Tx): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`warehouse:${tx.tenantId}`}, 0))`);
}

export async function tenantRules(tx: Tx): Promise<TenantRules> {
  return tx.one(sql<TenantRules>`select edition, sandbox from godown.tenant where tenant_id = ${tx.tenantId}`);
}

// Facilities and shelves

export interface FacilityRow extends FacilityInput {
  readonly facilityId: FacilityId;
  readonly createdAt: Instant;
}

export const facilityColumns = sql`f.facility_id as "facilityId", f.code, f.name, f.line1, f.line2, f.city, f.state_code as "stateCode",
  f.pincode, f.phone, f.email, f.gstin, f.legal_name as "legalName", f.zone, f.upi_id as "upiId", f.bank_account as "bankAccount",
  f.bank_ifsc as "bankIfsc", f.traceability, f.auto_putaway_split_percent as "autoPutawaySplitPercent",
  f.enabled, f.created_at as "createdAt"`;

export async function facilityById(tx: Tx, facilityId: FacilityId): Promise<FacilityRow | undefined> {
  return tx.first(sql<FacilityRow>`
    select ${facilityColumns} from godown.facility f where f.tenant_id = ${tx.tenantId} and f.facility_id = ${facilityId}`);
}

export async function facilityIdByCode(tx: Tx, code: string): Promise<FacilityId | undefined> {
  const row = await tx.first(sql<{ facilityId: FacilityId }>`
    select facility_id as "facilityId" from godown.facility where tenant_id = ${tx.tenantId} and code = ${code}`);
  return row?.facilityId;
}

export async function insertFacility(tx: Tx, facilityId: FacilityId, f: FacilityInput, now: Instant): Promise<void> {
  await tx.run(sql`
    insert into godown.facility (tenant_id, facility_id, code, name, line1, line2, city, state_code, pincode, phone, email, gstin,
      legal_name, zone, upi_id, bank_account, bank_ifsc, traceability, auto_putaway_split_percent, enabled, created_at)
    values (${tx.tenantId}, ${facilityId}, ${f.code}, ${f.name}, ${f.line1}, ${f.line2}, ${f.city}, ${f.stateCode}, ${f.pincode},
      ${f.phone}, ${f.email}, ${f.gstin}, ${f.legalName}, ${f.zone}, ${f.upiId}, ${f.bankAccount}, ${f.bankIfsc},
      ${f.traceability}, ${f.autoPutawaySplitPercent}, ${f.enabled}, ${now})`);
}

export async function updateFacility(tx: Tx, facilityId: FacilityId, f: FacilityInput): Promise<void> {
  await tx.run(sql`
    update godown.facility set code = ${f.code}, name = ${f.name}, line1 = ${f.line1}, line2 = ${f.line2}, city = ${f.city},
      state_code = ${f.stateCode}, pincode = ${f.pincode}, phone = ${f.phone}, email = ${f.email}, gstin = ${f.gstin},
      legal_name = ${f.legalName}, zone = ${f.zone}, upi_id = ${f.upiId}, bank_account = ${f.bankAccount},
      bank_ifsc = ${f.bankIfsc}, traceability = ${f.traceability},
      auto_putaway_split_percent = ${f.autoPutawaySplitPercent}, enabled = ${f.enabled}
    where tenant_id = ${tx.tenantId} and facility_id = ${facilityId}`);
}

/** A facility as uploads and other modules look it up: by code, all at once. */
export interface FacilityRef {
  readonly facilityId: FacilityId;
  readonly code: string;
  readonly enabled: boolean;
  readonly zone: string;
}

export async function facilityRefs(tx: Tx, codes: readonly string[]): Promise<FacilityRef[]> {
  return tx.run(sql<FacilityRef>`
    select facility_id as "facilityId", code, enabled, zone from godown.facility
    where tenant_id = ${tx.tenantId} and code = any(${codes})`);
}

// Billing parties

export interface BillingPartyRow extends BillingPartyInput {
  readonly billingPartyId: BillingPartyId;
}

export const billingPartyColumns = sql`b.billing_party_id as "billingPartyId", b.code, b.legal_name as "legalName", b.line1, b.line2,
  b.city, b.state_code as "stateCode", b.pincode, b.gstin`;

export async function billingPartyById(tx: Tx, id: BillingPartyId): Promise<BillingPartyRow | undefined> {
  return tx.first(sql<BillingPartyRow>`
    select ${billingPartyColumns} from godown.billing_party b where b.tenant_id = ${tx.tenantId} and b.billing_party_id = ${id}`);
}

export async function billingPartyIdByCode(tx: Tx, code: string): Promise<BillingPartyId | undefined> {
  const row = await tx.first(sql<{ id: BillingPartyId }>`
    select billing_party_id as id from godown.billing_party where tenant_id = ${tx.tenantId} and code = ${code}`);
  return row?.id;
}

export async function insertBillingParty(
  tx: Tx,
  id: BillingPartyId,
  b: BillingPartyInput,
  now: Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.billing_party (tenant_id, billing_party_id, code, legal_name, line1, line2, city, state_code, pincode, gstin, created_at)
    values (${tx.tenantId}, ${id}, ${b.code}, ${b.legalName}, ${b.line1}, ${b.line2}, ${b.city}, ${b.stateCode}, ${b.pincode},
      ${b.gstin}, ${now})`);
}

export async function updateBillingParty(tx: Tx, id: BillingPartyId, b: BillingPartyInput): Promise<void> {
  await tx.run(sql`
    update godown.billing_party set code = ${b.code}, legal_name = ${b.legalName}, line1 = ${b.line1}, line2 = ${b.line2},
      city = ${b.city}, state_code = ${b.stateCode}, pincode = ${b.pincode}, gstin = ${b.gstin}
    where tenant_id = ${tx.tenantId} and billing_party_id = ${id}`);
}

// Invoice series

/** Who owns a series: a facility, or a billing party that stands in for it. */
export type SeriesOwner =
  | { readonly facilityId: FacilityId; readonly billingPartyId?: never }
  | { readonly billingPartyId: BillingPartyId; readonly facilityId?: never };

export interface SeriesRow extends InvoiceSeries {
  readonly seriesId: InvoiceSeriesId;
  readonly facilityId: FacilityId | null;
  readonly billingPartyId: BillingPartyId | null;
  readonly ownerCode: string;
  /** "facility BLR-1", "billing party ACME". */
  readonly owner: string;
  readonly zone: string;
}

const INDIA_ZONE = "Asia/Kolkata"; // of billing parties, which are no place

export const seriesColumns = sql`s.invoice_series_id as "seriesId", s.facility_id as "facilityId", s.billing_party_id as "billingPartyId",
  s.document_type as "documentType", s.prefix, s.next_number as "nextNumber", s.financial_year as "financialYear",
  s.reset_on_1_april as "resetOnApril1", s.next_year_prefix as "nextYearPrefix", coalesce(f.gstin, b.gstin, ${UNREGISTERED}) as gstin,
  coalesce(f.code, b.code) as "ownerCode", case when f.code is not null then 'facility ' || f.code else 'billing party ' || b.code end as owner,
  coalesce(f.zone, ${INDIA_ZONE}) as zone`;

export const seriesTables = sql`godown.invoice_series s
  left join godown.facility f on f.tenant_id = s.tenant_id and f.facility_id = s.facility_id
  left join godown.billing_party b on b.tenant_id = s.tenant_id and b.billing_party_id = s.billing_party_id`;

/** The series, locked: nobody else takes a number until this transaction ends. */
export async function lockSeries(
  tx: Tx,
  which: { seriesId: InvoiceSeriesId } | { owner: SeriesOwner; documentType: DocumentType },
): Promise<SeriesRow | undefined> {
  const condition =
    "seriesId" in which
      ? sql`s.invoice_series_id = ${which.seriesId}`
      : all([
          sql`s.document_type = ${which.documentType}`,
          which.owner.facilityId === undefined ? undefined : sql`s.facility_id = ${which.owner.facilityId}`,
          which.owner.billingPartyId === undefined
            ? undefined
            : sql`s.billing_party_id = ${which.owner.billingPartyId}`,
        ]);
  return tx.first(sql<SeriesRow>`
    select ${seriesColumns} from ${seriesTables} where s.tenant_id = ${tx.tenantId} and ${condition} for update of s`);
}

export async function seriesOfFacility(tx: Tx, facilityId: FacilityId): Promise<SeriesRow[]> {
  return tx.run(sql<SeriesRow>`
    select ${seriesColumns} from ${seriesTables} where s.tenant_id = ${tx.tenantId} and s.facility_id = ${facilityId}
    order by s.invoice_series_id for update of s`);
}

export async function seriesOfBillingParty(tx: Tx, id: BillingPartyId): Promise<SeriesRow[]> {
  return tx.run(sql<SeriesRow>`
    select ${seriesColumns} from ${seriesTables} where s.tenant_id = ${tx.tenantId} and s.billing_party_id = ${id}
    order by s.invoice_series_id for update of s`);
}

/** All series but one, and every prefix that was spent and given up (that one's own too). */
export async function otherSeries(tx: Tx, except: InvoiceSeriesId | null): Promise<OtherSeries[]> {
  const current = await tx.run(sql<OtherSeries>`
    select coalesce(f.gstin, b.gstin, ${UNREGISTERED}) as gstin, s.financial_year as "financialYear", s.prefix,
      s.next_year_prefix as "nextYearPrefix", case when f.code is not null then 'facility ' || f.code else 'billing party ' || b.code end
      || ', ' || s.document_type as label
    from ${seriesTables} where s.tenant_id = ${tx.tenantId} and s.invoice_series_id is distinct from ${except}::uuid`);
  const retired = await tx.run(sql<OtherSeries>`
    select p.gstin, p.financial_year as "financialYear", p.prefix, null as "nextYearPrefix", true as retired,
      case when f.code is not null then 'facility ' || f.code else 'billing party ' || b.code end
      || ', ' || s.document_type || ' (given up)' as label
    from godown.series_prefix p join ${seriesTables} on s.tenant_id = p.tenant_id and s.invoice_series_id = p.invoice_series_id
    where p.tenant_id = ${tx.tenantId} and not (s.prefix = p.prefix and s.financial_year = p.financial_year)`);
  return [...current, ...retired];
}

export async function insertSeries(
  tx: Tx,
  row: { seriesId: InvoiceSeriesId; owner: SeriesOwner; series: InvoiceSeries; now: Instant },
): Promise<boolean> {
  const { series } = row;
  const written = await tx.count(sql`
    insert into godown.invoice_series (tenant_id, invoice_series_id, facility_id, billing_party_id, document_type, prefix, next_number,
      financial_year, reset_on_1_april, next_year_prefix, updated_at)
    values (${tx.tenantId}, ${row.seriesId}, ${row.owner.facilityId ?? null}, ${row.owner.billingPartyId ?? null},
      ${series.documentType}, ${series.prefix}, ${series.nextNumber}, ${series.financialYear}, ${series.resetOnApril1},
      ${series.nextYearPrefix}, ${row.now})
    on conflict (tenant_id, facility_id, billing_party_id, document_type) do nothing`);
  return written === 1;
}

export async function saveSeries(
  tx: Tx,
  seriesId: InvoiceSeriesId,
  series: InvoiceSeries,
  now: Instant | null,
): Promise<void> {
  await tx.run(sql`
    update godown.invoice_series set prefix = ${series.prefix}, next_number = ${series.nextNumber}, financial_year = ${series.financialYear},
      reset_on_1_april = ${series.resetOnApril1}, next_year_prefix = ${series.nextYearPrefix},
      updated_at = coalesce(${now}::timestamptz, updated_at)
    where tenant_id = ${tx.tenantId} and invoice_series_id = ${seriesId}`);
}

/** Spends a prefix in a year. False where some series has spent it already. */
export async function claimPrefix(
  tx: Tx,
  claim: { gstin: string; financialYear: number; prefix: string; seriesId: InvoiceSeriesId; firstNumber: number },
): Promise<boolean> {
  const written = await tx.count(sql`
    insert into godown.series_prefix (tenant_id, gstin, financial_year, prefix, invoice_series_id, first_number)
    values (${tx.tenantId}, ${claim.gstin}, ${claim.financialYear}, ${claim.prefix}, ${claim.seriesId}, ${claim.firstNumber})
    on conflict (tenant_id, gstin, financial_year, prefix) do nothing`);
  return written === 1;
}

export interface PrefixClaim {
  readonly gstin: string;
  readonly prefix: string;
  readonly firstNumber: number;
}

export async function claimsOf(tx: Tx, seriesId: InvoiceSeriesId, financialYear: number): Promise<PrefixClaim[]> {
  return tx.run(sql<PrefixClaim>`
    select gstin, prefix, first_number as "firstNumber" from godown.series_prefix
    where tenant_id = ${tx.tenantId} and invoice_series_id = ${seriesId} and financial_year = ${financialYear}
    order by first_number`);
}

export async function dropClaim(
  tx: Tx,
  claim: { gstin: string; financialYear: number; prefix: string },
): Promise<void> {
  await tx.run(sql`
    delete from godown.series_prefix where tenant_id = ${tx.tenantId} and gstin = ${claim.gstin}
      and financial_year = ${claim.financialYear} and prefix = ${claim.prefix}`);
}

/** Records that numbers from `from` up to, not with, `to` are left out on purpose. */
export async function insertJump(
  tx: Tx,
  jump: { seriesId: InvoiceSeriesId; financialYear: number; from: number; to: number; now: Instant; actorName: string },
): Promise<void> {
  await tx.run(sql`
    insert into godown.series_jump (tenant_id, invoice_series_id, financial_year, from_number, to_number, at, actor_name)
    values (${tx.tenantId}, ${jump.seriesId}, ${jump.financialYear}, ${jump.from}, ${jump.to}, ${jump.now}, ${jump.actorName})`);
}

/** Zone, GSTIN and words of the one that is to own a series. */
export async function seriesOwner(
  tx: Tx,
  owner: SeriesOwner,
): Promise<{ gstin: string; zone: string; label: string } | undefined> {
  if (owner.facilityId !== undefined)
    return tx.first(sql<{ gstin: string; zone: string; label: string }>`
      select coalesce(gstin, ${UNREGISTERED}) as gstin, zone, 'facility ' || code as label from godown.facility
      where tenant_id = ${tx.tenantId} and facility_id = ${owner.facilityId}`);
  return tx.first(sql<{ gstin: string; zone: string; label: string }>`
    select gstin, ${INDIA_ZONE} as zone, 'billing party ' || code as label from godown.billing_party
    where tenant_id = ${tx.tenantId} and billing_party_id = ${owner.billingPartyId}`);
}
