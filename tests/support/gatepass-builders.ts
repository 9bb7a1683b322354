import { findByCode } from "../../src/board/queries.ts";
import { setLines } from "../../src/gatepasses/change-lines.ts";
import "../../src/gatepasses/index.ts";
import { createGatepass } from "../../src/gatepasses/create-gatepass.ts";
import type {
  GatepassHeader,
  GatepassId,
  GatepassLineId,
  LineType,
  Outcome,
  Party,
} from "../../src/gatepasses/gatepass.ts";
import { type OutcomeDone, sayOutcome } from "../../src/gatepasses/say-outcome.ts";
import { linesOf } from "../../src/gatepasses/store.ts";
import { type FacilityId, must, newId, paise, type Result, type SkuId, type TenantId } from "../../src/kernel/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { sql } from "../../src/platform/db.ts";
import { completePutaway, createPutaway, gradePutaway, listWaiting } from "../../src/putaway/index.ts";
import type { DocumentType } from "../../src/warehouse/index.ts";
import { aFacility, aSku, aTenant, next } from "./builders.ts";
import type { TestDatabase } from "./database.ts";
import { stock } from "./inventory-builders.ts";
import { aTaxClass } from "./shop-builders.ts";
import { aGstin, aSeries } from "./warehouse-builders.ts";

/** One owner with two warehouses in two states, each registered there, series for every paper, and a SKU at 18 %. */
export interface Yard {
  readonly tenantId: TenantId;
  readonly blr: FacilityId;
  readonly del: FacilityId;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly ctx: () => Ctx;
}

const PAPERS: readonly DocumentType[] = [
  "DELIVERY_CHALLAN",
  "GATEPASS_INVOICE",
  "GATEPASS_RETURN_INVOICE",
  "PURCHASE_RETURN_INVOICE",
];

/** Where the second warehouse stands, by its state. */
const PLACES: Readonly<Record<string, { stateCode: string; city: string; pincode: string }>> = {
  "07": { stateCode: "07", city: "New Delhi", pincode: "110020" },
  "27": { stateCode: "27", city: "Mumbai", pincode: "400001" },
  "29": { stateCode: "29", city: "Bengaluru", pincode: "560068" },
};

/** @param over.sameGstin both warehouses in Karnataka under one registration; `delGstin` null: the second is not registered */
export async function aYard(
  t: TestDatabase,
  over: {
    stock?: number;
    sameGstin?: boolean;
    sameState?: boolean;
    gstin?: string | null;
    delGstin?: string | null;
    series?: readonly DocumentType[];
    gstBps?: number;
    hsn?: string;
  } = {},
): Promise<Yard> {
  const tenantId = await aTenant(t.db, { edition: "ENTERPRISE" });
  const n = next();
  const pan = `AAACY${String(n % 10_000).padStart(4, "0")}K`;
  const gstin = over.gstin === undefined ? aGstin("29", pan) : over.gstin;
  const blr = await aFacility(t.db, tenantId, { code: "BLR1", gstin });
  const second = over.sameGstin ? gstin : over.sameState ? aGstin("29") : aGstin("07", pan);
  const delGstin = over.delGstin === undefined ? second : over.delGstin;
  const place = PLACES[over.sameGstin || over.sameState ? "29" : (delGstin?.slice(0, 2) ?? "07")] ?? {};
  const del = await aFacility(t.db, tenantId, { code: "DEL1", ...place, gstin: delGstin });
  for (const [i, documentType] of (over.series ?? PAPERS).entries())
    await aSeries(t, tenantId, { facilityId: blr }, { documentType, prefix: `${"CGRP"[i]}${n}-` });
  const sku = `PUMP-${n}`;
  const taxClassId = await aTaxClass(t, tenantId, over.gstBps ?? 1800);
  const skuId = await aSku(t.db, tenantId, {
    code: sku,
    name: "Water pump 1 HP",
    taxClassId,
    hsn: over.hsn ?? "84137010",
  });
  if ((over.stock ?? 10) > 0) await stock(t, tenantId, blr, skuId, over.stock ?? 10);
  return { tenantId, blr, del, skuId, sku, ctx: () => t.ctx(tenantId) };
}

/** A workshop in Chennai, registered there. */
export const aParty = (over: Partial<Party> = {}): Party => ({
  name: "Murugan Works",
  line1: "4 Mount Road",
  line2: null,
  city: "Chennai",
  stateCode: "33",
  pincode: "600002",
  gstin: aGstin("33"),
  phone: null,
  ...over,
});

/** The header of a stock transfer from Bengaluru to Delhi, unless said otherwise. */
export const aHeader = (yard: Yard, over: Partial<GatepassHeader> = {}): GatepassHeader => {
  const type = over.type ?? "STOCK_TRANSFER";
  return {
    type,
    facilityId: yard.blr,
    purpose: "Filling up Delhi",
    reference: null,
    toFacilityId: type === "STOCK_TRANSFER" ? yard.del : null,
    party: type === "STOCK_TRANSFER" ? null : aParty(),
    vendorInvoice:
      type === "RETURN_TO_VENDOR" ? { number: "V/2026/17", on: Temporal.PlainDate.from("2026-11-02") } : null,
    ...over,
  };
};

/** An open gatepass with lines of the yard's SKU from DEFAULT. */
export async function anOpenGatepass(
  yard: Yard,
  over: Partial<GatepassHeader> = {},
  lines: readonly { quantity: number; price?: number; inventoryType?: LineType; sku?: string; shelf?: string }[] = [
    { quantity: 3 },
  ],
): Promise<GatepassId> {
  const gatepassId = newId<"Gatepass">();
  must(await createGatepass(yard.ctx(), { gatepassId, ...aHeader(yard, over) }));
  const given = lines.map((line) => ({
    ...{ sku: line.sku ?? yard.sku, shelf: line.shelf ?? "DEFAULT", inventoryType: line.inventoryType ?? "good" },
    ...{ quantity: line.quantity, price: paise(line.price ?? 100_000) },
  }));
  if (given.length > 0) must(await setLines(yard.ctx(), gatepassId, given));
  return gatepassId;
}

/** The ids of a gatepass's lines, in order. */
export async function lineIds(yard: Yard, gatepassId: GatepassId): Promise<GatepassLineId[]> {
  const ctx = yard.ctx();
  return (await ctx.db.read(yard.tenantId, (tx) => linesOf(tx, gatepassId))).map((line) => line.lineId);
}

/** What is counted of the yard's SKU in a facility; zeros left out. */
export async function levels(yard: Yard, facilityId: FacilityId): Promise<Record<string, number>> {
  const row = await yard.ctx().db.read(yard.tenantId, (tx) =>
    tx.first(sql<Record<string, number>>`
      select good, blocked, bad, qc_rejected, putaway_pending from godown.stock_level
      where tenant_id = ${yard.tenantId} and facility_id = ${facilityId} and sku_id = ${yard.skuId}`),
  );
  return Object.fromEntries(Object.entries(row ?? {}).filter(([, quantity]) => quantity !== 0));
}

export interface PaperRow {
  readonly kind: string;
  readonly number: string;
  readonly state: string;
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly igst: number;
  readonly total: number;
  readonly place: string;
  readonly against: string | null;
  /** Sum of its lines. */
  readonly lines: number;
}

/** The papers of a yard, oldest first. */
export function papers(yard: Yard): Promise<PaperRow[]> {
  return yard.ctx().db.read(yard.tenantId, (tx) =>
    tx.run(sql<PaperRow>`
      select d.kind, d.number, d.state, d.taxable_paise as taxable, d.cgst_paise as cgst, d.sgst_paise as sgst, d.igst_paise as igst, d.total_paise as total,
        d.place_of_supply as place, d.against_number as against,
        (select coalesce(sum(l.total_paise), 0)::bigint from godown.gatepass_document_line l where l.tenant_id = d.tenant_id and l.gatepass_document_id = d.gatepass_document_id) as lines
      from godown.gatepass_document d where d.tenant_id = ${yard.tenantId} order by d.issued_at, d.sequence_number`),
  );
}

/** Says what came of pieces of a gatepass's only line. */
export async function say(
  yard: Yard,
  gatepassId: GatepassId,
  outcome: Outcome,
  quantity: number,
  receiptId = newId<"GatepassReceipt">(),
): Promise<Result<OutcomeDone>> {
  const [lineId] = await lineIds(yard, gatepassId);
  if (lineId === undefined) throw new Error("the gatepass has a line");
  return sayOutcome(yard.ctx(), gatepassId, { receiptId, outcome, pieces: [{ lineId, quantity }], note: null });
}

/** Puts away everything that waits in a facility, as it is graded; what has no grade is good. */
export async function putAwayAll(yard: Yard, facilityId: FacilityId): Promise<string[]> {
  const ctx = yard.ctx();
  const page = { limit: 200, offset: 0, sort: "sku", descending: false };
  const { rows } = await ctx.db.read(yard.tenantId, (tx) => listWaiting(ctx, tx, { facilityId }, page));
  const { putawayId } = must(await createPutaway(ctx, { itemIds: rows.map((row) => row.itemId) }));
  const open = rows.filter((row) => row.grade === null).map((row) => row.itemId);
  if (open.length > 0)
    must(await gradePutaway(ctx, { putawayId, gradings: [{ itemIds: open, grade: "good", shelf: "DEFAULT" }] }));
  must(await completePutaway(ctx, { putawayId, confirmAll: true }));
  return rows.map((row) => row.grade ?? "good");
}

/** "ok", or the code of the refusal. */
export const outcomeOf = (result: Result<unknown>): string => (result.ok ? "ok" : result.refusal.code);

/** What the search field finds under a code, by id. */
export async function foundBy(ctx: Ctx, text: string): Promise<string[]> {
  const hits = await ctx.db.read(ctx.tenantId, (tx) => findByCode(tx, ctx.facilities, text));
  return hits.map((hit) => hit.id);
}
