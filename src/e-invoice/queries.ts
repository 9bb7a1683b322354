import type { FacilityId, Instant, LocalDate } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { AccountState } from "./account.store.ts";
import type { EInvoiceId, EInvoiceState, SubjectType } from "./lifecycle.ts";

const withinReach = (ctx: Pick<Ctx, "facilities">) =>
  ctx.facilities === "all" ? undefined : sql`e.facility_id = any(${ctx.facilities}::uuid[])`;

export interface EInvoiceListRow {
  readonly eInvoiceId: EInvoiceId;
  readonly subjectType: SubjectType;
  readonly subjectId: string;
  readonly facilityCode: string;
  readonly gstin: string;
  readonly documentType: "INV" | "CRN";
  readonly number: string;
  readonly issuedOn: LocalDate;
  readonly buyerGstin: string;
  readonly buyer: string;
  /** In rupees, as it was reported. */
  readonly total: number;
  readonly wish: "REGISTER" | "CANCEL";
  readonly state: EInvoiceState;
  readonly attempts: number;
  readonly advice: string | null;
  readonly code: string | null;
  readonly words: string | null;
  readonly said: string | null;
  readonly whatToDo: string | null;
  readonly nextAttemptAt: Instant | null;
  readonly irn: string | null;
  readonly ackNo: string | null;
  readonly ackAt: Instant | null;
  readonly proved: boolean | null;
  readonly handedAt: Instant | null;
  readonly cancelledAt: Instant | null;
  readonly createdAt: Instant;
}

const columns = sql`e.e_invoice_id as "eInvoiceId", e.subject_type as "subjectType", e.subject_id as "subjectId", f.code as "facilityCode", e.gstin,
  e.document_type as "documentType", e.number, e.issued_on as "issuedOn", e.document #>> '{BuyerDtls,Gstin}' as "buyerGstin",
  e.document #>> '{BuyerDtls,LglNm}' as buyer, (e.document #>> '{ValDtls,TotInvVal}')::double precision as total, e.wish, e.state, e.attempts, e.advice,
  e.code, e.words, (select string_agg((x ->> 'code') || ': ' || (x ->> 'message'), '; ') from jsonb_array_elements(e.faults) x) as said,
  e.what_to_do as "whatToDo", e.next_attempt_at as "nextAttemptAt", e.irn, e.ack_no as "ackNo", e.ack_at as "ackAt", e.proved,
  e.handed_at as "handedAt", e.cancelled_at as "cancelledAt", e.created_at as "createdAt"`;
const tables = sql`godown.e_invoice e join godown.facility f on f.tenant_id = e.tenant_id and f.facility_id = e.facility_id`;

/** What a person looks for: what waits, what is theirs to put right, what is done. */
export const E_INVOICE_TABS = ["blocked", "waiting", "active", "cancelled"] as const;
const tabs = {
  blocked: sql`e.state = 'BLOCKED'`,
  // Also what has its IRN and whose package could not take it yet.
  waiting: sql`(e.state in ('PENDING', 'ASKING', 'WAITING') or (e.state = 'ACTIVE' and e.handed_at is null))`,
  active: sql`e.state = 'ACTIVE'`,
  cancelled: sql`e.state = 'CANCELLED'`,
} satisfies Record<(typeof E_INVOICE_TABS)[number], unknown>;

export interface EInvoiceFilters {
  readonly q?: string | undefined;
  readonly state?: EInvoiceState | undefined;
  readonly tab?: (typeof E_INVOICE_TABS)[number] | undefined;
  readonly gstin?: string | undefined;
  readonly facilityId?: FacilityId | undefined;
  readonly subjectType?: SubjectType | undefined;
}

export async function listEInvoices(
  ctx: Ctx,
  tx: Tx,
  filters: EInvoiceFilters,
  page: Page,
): Promise<ListPage<EInvoiceListRow>> {
  const like = filters.q ? containing(filters.q) : undefined;
  const where = all([
    sql`e.tenant_id = ${tx.tenantId}`,
    withinReach(ctx),
    filters.state === undefined ? undefined : sql`e.state = ${filters.state}`,
    filters.tab === undefined ? undefined : tabs[filters.tab],
    filters.gstin === undefined ? undefined : sql`e.gstin = ${filters.gstin}`,
    filters.facilityId === undefined ? undefined : sql`e.facility_id = ${filters.facilityId}`,
    filters.subjectType === undefined ? undefined : sql`e.subject_type = ${filters.subjectType}`,
    like === undefined
      ? undefined
      : sql`(e.number ilike ${like} or e.irn ilike ${like} or e.document #>> '{BuyerDtls,Gstin}' ilike ${like})`,
  ]);
  const sort =
    { createdAt: sql`e.created_at`, number: sql`e.number`, nextAttemptAt: sql`e.next_attempt_at` }[page.sort] ??
    sql`e.created_at`;
  const rows = await tx.run(sql<EInvoiceListRow>`
    select ${columns} from ${tables} where ${where} order by ${sort} ${page.descending ? sql`desc` : sql`asc`} nulls last, e.e_invoice_id
    limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${tables} where ${where}`);
  return { rows, total };
}

/** One e-invoice, if the actor's right reaches its facility. Without a lock. */
export function eInvoiceWithin(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  eInvoiceId: EInvoiceId,
): Promise<EInvoiceListRow | undefined> {
  return tx.first(sql<EInvoiceListRow>`
    select ${columns} from ${tables}
    where ${all([sql`e.tenant_id = ${tx.tenantId}`, sql`e.e_invoice_id = ${eInvoiceId}`, withinReach(ctx)])}`);
}

/** What became of subjects at the portal, by subject. */
export async function eInvoicesOf(
  tx: Tx,
  subjectType: SubjectType,
  subjectIds: readonly string[],
): Promise<Map<string, EInvoiceListRow>> {
  const rows = await tx.run(sql<EInvoiceListRow>`
    select ${columns} from ${tables}
    where e.tenant_id = ${tx.tenantId} and e.subject_type = ${subjectType} and e.subject_id = any(${subjectIds}::uuid[])`);
  return new Map(rows.map((row) => [row.subjectId, row]));
}

export interface EInvoiceExchange {
  readonly exchangeId: string;
  readonly operation: string;
  readonly at: Instant;
  readonly durationMs: number | null;
  readonly method: string;
  readonly url: string;
  readonly request: unknown;
  readonly status: number | null;
  readonly response: unknown;
  readonly outcome: string;
  readonly message: string | null;
}

const EXCHANGES_SHOWN = 50;

/** What was said to and fro about a document, newest first. */
export function exchangesOf(tx: Tx, eInvoiceId: EInvoiceId): Promise<EInvoiceExchange[]> {
  return tx.run(sql<EInvoiceExchange>`
    select exchange_id as "exchangeId", operation, at, duration_ms as "durationMs", method, url, request, status, response, outcome, message
    from godown.e_invoice_exchange where tenant_id = ${tx.tenantId} and e_invoice_id = ${eInvoiceId}
    order by at desc, exchange_id desc limit ${EXCHANGES_SHOWN}`);
}

export interface ShownAccount {
  readonly gstin: string;
  /** Who is registered under it: facilities and billing parties. */
  readonly owners: string[];
  readonly entered: boolean;
  readonly clientId: string | null;
  readonly username: string | null;
  readonly state: AccountState | null;
  readonly code: string | null;
  readonly words: string | null;
  readonly whatToDo: string | null;
  readonly checkedAt: Instant | null;
  readonly setAt: Instant | null;
  readonly setBy: string | null;
  /** Documents of it that are not at their end. */
  readonly waiting: number;
}

/** Every registration that the tenant invoices under, with its user at the portal where one is entered. Never a secret. */
export function listAccounts(tx: Tx): Promise<ShownAccount[]> {
  return tx.run(sql<ShownAccount>`
    with owner as (
      select f.gstin, f.code as name from godown.facility f where f.tenant_id = ${tx.tenantId} and f.gstin is not null
      union all select b.gstin, b.code from godown.billing_party b where b.tenant_id = ${tx.tenantId} and b.gstin is not null
    ), gstin as (select gstin from owner union select a.gstin from godown.e_invoice_account a where a.tenant_id = ${tx.tenantId})
    select g.gstin, coalesce((select array_agg(distinct o.name order by o.name) from owner o where o.gstin = g.gstin), '{}') as owners, a.gstin is not null as entered,
      a.client_id as "clientId", a.username, a.state, a.code, a.words, a.what_to_do as "whatToDo", a.checked_at as "checkedAt", a.set_at as "setAt",
      a.set_by as "setBy", (select count(*) from godown.e_invoice e where e.tenant_id = ${tx.tenantId} and e.gstin = g.gstin
        and e.state in ('PENDING', 'ASKING', 'WAITING', 'BLOCKED')) as waiting
    from gstin g left join godown.e_invoice_account a on a.tenant_id = ${tx.tenantId} and a.gstin = g.gstin order by g.gstin`);
}

export interface LateEInvoices {
  readonly gstin: string;
  readonly waiting: number;
  readonly blocked: number;
  readonly first: string;
  readonly words: string | null;
}

/** What has waited for its IRN since before a moment, by registration. */
export function lateEInvoices(tx: Tx, before: Instant): Promise<LateEInvoices[]> {
  return tx.run(sql<LateEInvoices>`
    select gstin, count(*) filter (where state <> 'BLOCKED') as waiting, count(*) filter (where state = 'BLOCKED') as blocked,
      (array_agg(number order by created_at))[1] as first, (array_agg(words order by created_at))[1] as words
    from godown.e_invoice where tenant_id = ${tx.tenantId} and state in ('PENDING', 'ASKING', 'WAITING', 'BLOCKED') and created_at < ${before}
    group by gstin order by gstin`);
}

/** Accounts that the portal refuses. */
export function refusedAccounts(tx: Tx): Promise<{ gstin: string; words: string | null; whatToDo: string | null }[]> {
  return tx.run(sql<{ gstin: string; words: string | null; whatToDo: string | null }>`
    select gstin, words, what_to_do as "whatToDo" from godown.e_invoice_account where tenant_id = ${tx.tenantId} and state = 'REFUSED' order by gstin`);
}
