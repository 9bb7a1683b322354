import { creditReturn, onReturnCredited } from "../../src/billing/index.ts";
import { must, type ShippingPackageId, type TenantId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import type { PutawayId } from "../../src/putaway/index.ts";
import { onReturnReadyForCreditNote, settleReturn } from "../../src/returns/index.ts";
import { receiveAtDesk } from "../../src/returns/receive-at-desk.ts";
import type { TestDatabase } from "./database.ts";
import { parcelRow } from "./hand-over-builders.ts";
import { announced, putAway } from "./return-builders.ts";
import type { Shop } from "./shop-builders.ts";

// As the composition root does it.
onReturnReadyForCreditNote((tx, ctx, { returnCaseId, channelId, units }) =>
  creditReturn(tx, ctx, { returnCaseId, channelId, unitIds: units.map((unit) => unit.unitId) }),
);
onReturnCredited(settleReturn);

interface Back {
  readonly kind?: "RTO" | "CIR";
  readonly units?: number;
  readonly order?: string;
  readonly channelReturnId?: string;
}

/** Announces a return of a parcel that left (of so many of its units, undelivered, unless said otherwise) and receives it on a list of its own. */
export async function received(
  t: TestDatabase,
  shop: Shop,
  parcel: ShippingPackageId,
  over: Back = {},
): Promise<PutawayId> {
  const { kind = "RTO", units, order = "JM-1", channelReturnId = null } = over;
  const products = units === undefined ? null : [{ channelProductId: `${shop.productId}-V1`, quantity: units }];
  await announced(t, shop, { kind, channelOrderId: order, products, channelReturnId });
  const held =
    kind === "RTO"
      ? { code: (await parcelRow(t, shop.tenantId, parcel)).code }
      : { code: await lastReturn(t, shop.tenantId) };
  const actor = { kind: "USER", id: null, name: `desk of ${held.code}` } as const; // each person has a list of his own
  const desk = must(
    await receiveAtDesk(t.ctx(shop.tenantId, { actor }), {
      ...{
        held,
        facilityId: shop.facilityId,
        units: null,
        grade: "good" as const,
        unannounced: false,
        putawayId: null,
      },
    }),
  );
  if (!desk.putaway) throw new Error("goods lie on a list");
  return desk.putaway.putawayId;
}

/** What `received` does, and the goods put on their shelves. */
export async function broughtBack(
  t: TestDatabase,
  shop: Shop,
  parcel: ShippingPackageId,
  over: Back = {},
): Promise<void> {
  await putAway(t, shop.tenantId, await received(t, shop, parcel, over));
}

function lastReturn(t: TestDatabase, tenantId: TenantId): Promise<string> {
  return t.db.read(tenantId, async (tx) => {
    const { code } = await tx.one(sql<{ code: string }>`
      select code from godown.return_case where tenant_id = ${tenantId} and state in ('CREATED', 'COURIER_ALLOCATED', 'PICKED_UP')
      order by created_at desc, code desc limit 1`);
    return code;
  });
}

export interface NoteRow {
  readonly number: string;
  readonly state: string;
  readonly numberedBy: string;
  readonly invoice: string;
  readonly total: number;
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly roundOff: number;
}

/** The credit notes of a tenant, in the order in which they were made. */
export function creditNotesOf(t: TestDatabase, tenantId: TenantId): Promise<NoteRow[]> {
  return t.db.read(tenantId, (tx) =>
    tx.run(sql<NoteRow>`
      select n.number, n.state, n.numbered_by as "numberedBy", i.number as invoice, n.total_paise as total, n.taxable_paise as taxable, n.cgst_paise as cgst,
        n.sgst_paise as sgst, n.round_off_paise as "roundOff"
      from godown.credit_note n join godown.invoice i using (tenant_id, invoice_id) where n.tenant_id = ${tenantId} order by n.issued_at, n.code`),
  );
}

export interface DueRow {
  readonly id: string;
  readonly state: string;
  readonly madeBy: string;
  readonly code: string | null;
  readonly words: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: Temporal.Instant | null;
  readonly exchangeId: string | null;
}

/** What returns of a tenant wait for, or waited. */
export function duesOf(t: TestDatabase, tenantId: TenantId): Promise<DueRow[]> {
  return t.db.read(tenantId, (tx) =>
    tx.run(sql<DueRow>`
      select credit_note_due_id as id, state, made_by as "madeBy", code, message as words, attempts, next_attempt_at as "nextAttemptAt", exchange_id as "exchangeId"
      from godown.credit_note_due where tenant_id = ${tenantId} order by put_away_at, credit_note_due_id`),
  );
}

/** Σ credit ≤ Σ invoice per line and per head, counters equal to the lines, totals to the heads. Rows that are wrong. */
export async function creditsWrong(t: Pick<TestDatabase, "db">, tenantId: TenantId): Promise<unknown[]> {
  return t.db.read(tenantId, (tx) =>
    tx.run(sql<Record<string, unknown>>`
      select l.invoice_id, l.line_no, l.credited_quantity, c.quantity
      from godown.invoice_line l
      left join lateral (
        select coalesce(sum(k.quantity), 0) as quantity, coalesce(sum(k.taxable_paise), 0) as taxable, coalesce(sum(k.total_paise), 0) as total,
          coalesce(sum(k.cgst_paise + k.sgst_paise + k.utgst_paise + k.igst_paise + k.cess_paise), 0) as tax
        from godown.credit_note_line k join godown.credit_note n using (tenant_id, credit_note_id)
        where k.tenant_id = l.tenant_id and k.invoice_id = l.invoice_id and k.invoice_line_no = l.line_no and n.state <> 'CANCELLED'
      ) c on true
      where l.tenant_id = ${tenantId} and (l.credited_quantity <> c.quantity or l.credited_taxable_paise <> c.taxable or l.credited_total_paise <> c.total
        or l.credited_cgst_paise + l.credited_sgst_paise + l.credited_utgst_paise + l.credited_igst_paise + l.credited_cess_paise <> c.tax
        or c.quantity > l.quantity or c.total > l.total_paise)`),
  );
}
