import type { ReportedParcel } from "../../../connectors/kit/index.ts";
import { lateInvoices, openInvoices } from "../../billing/index.ts";
import { findSource } from "../../channels/index.ts";
import {
  assert,
  type FacilityId,
  type ManifestId,
  ok,
  type Refusal,
  type Result,
  refuse,
  type SaleOrderItemId,
  type ShippingPackageId,
} from "../../kernel/index.ts";
import { openExceptions } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { lockPackagesOf } from "../cancel.store.ts";
import { hasLeft } from "../cancel-rules.ts";
import { type FoundOrder, findOrder } from "../channel-word.store.ts";
import { releaseHeld } from "../held.store.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { decideOpen } from "../manifest/manifest.ts";
import { type LockedUnit, lockUnits } from "../store.ts";
import { wakeAllocation } from "../wake-allocation.ts";
import * as store from "./adopt.store.ts";
import { askAboutCancelled } from "./ask-about-cancelled.ts";
import { carryOut } from "./carry-out.ts";
import { facilityLeft } from "./facility-left.ts";
import { LEFT_STATUSES, type LeftLine, type LeftOrder, type LeftStatus, type LineLeft, unitsMeant } from "./left.ts";
import {
  decideParcels,
  type LeavingUnit,
  type PartInDoubt,
  type PartRule,
  type StandingPackage,
} from "./parcels-left.ts";

/** An order with all its units, locked; its open manifests too. */
export interface AdoptedOrder {
  readonly order: FoundOrder;
  readonly channelCode: string;
  readonly units: readonly AdoptedUnit[];
  readonly manifests: ReadonlyMap<ManifestId, Manifest>;
}

export interface AdoptedUnit extends LockedUnit, Omit<store.UnitPlace, "unitId"> {}

/** A unit that left, with the word that says so. */
export interface WordOfUnit {
  readonly unit: AdoptedUnit;
  readonly word: LeftLine;
}

/**
 * Words that something left which are adopted for this order: all where its source declares to report that, else those that it
 * declares, unless the seller wants to be asked. Any other is a question for a person. Null: the source is not believed about
 * this order at all.
 */
export async function adoptedWords(
  tx: Tx,
  channelId: LeftOrder["channelId"],
  channelOrderId: string,
): Promise<ReadonlySet<LeftStatus> | null> {
  const rule = await store.panelRule(tx, channelId, channelOrderId);
  const rules = rule === undefined ? undefined : findSource(rule.source)?.rules;
  if (rule === undefined || rules === undefined) return null;
  if (rules.reportsOf === "channel-shipped" && !rule.thirdPartyShipping) return null;
  if (rule.onPanel === "ASK") return new Set();
  // Each of them says that it left: of a source that is believed about that, none is a question.
  if (rules.reports.includes("DISPATCHED")) return new Set(LEFT_STATUSES);
  const isReported = (word: LeftStatus) => rules.reports.includes(word === "RTO" || word === "CIR" ? "RETURNED" : word);
  return new Set(LEFT_STATUSES.filter(isReported));
}

/**
 * Makes DISPATCHED here what was processed on the marketplace's panel: packages of what was in none, stock for what was
 * not blocked (a shortage, where there is none), and one invoice each. What left from here already is NOTHING. All of it or
 * nothing, in the caller's transaction, which has locked nothing of the order yet. What of these lines was held while a word
 * of them waited, and did not leave, goes on.
 * Refusals, each of something that a person or time brings: ORDER_NOT_FOUND, ADOPTION_BUSY, ADOPTION_CANCEL_ASKED,
 * MANIFEST_BEING_CLOSED, CHANNEL_ASKED_NOW, ADOPTION_NO_FACILITY, those of `issueInvoices` (SERIES_MISSING above all).
 */
export async function adoptLeft(tx: Tx, ctx: Ctx, left: LeftOrder): Promise<Result<readonly LineLeft[]>> {
  const locked = await lockOrder(tx, ctx, left.channelId, left.channelOrderId);
  if (!locked.ok) return locked;
  const of = locked.value;
  const words: WordOfUnit[] = [];
  const outcomes = new Map<string, LineLeft>();
  const cancelled: LeftLine[] = [];
  for (const word of left.lines) {
    const line = word.channelOrderItemId;
    const meant = unitsMeant(of.units, word);
    if (meant.cancelled) cancelled.push(word);
    words.push(
      ...meant.units.filter((unit) => !words.some((each) => each.unit === unit)).map((unit) => ({ unit, word })),
    );
    outcomes.set(line, outcomes.get(line) ?? { line, outcome: "NOTHING" });
  }
  for (const [line, refusal] of await askAboutCancelled(tx, ctx, of, cancelled))
    outcomes.set(line, { line, outcome: "DOUBT", refusal });
  const adopted = await adopt(tx, ctx, of, words, { told: left.parcels, part: "ASK" });
  if (!adopted.ok) return adopted;
  for (const { unit } of words) {
    const line = unit.channelOrderItemId;
    const doubt = adopted.value.inDoubt.get(unit.unitId);
    if (doubt !== undefined) outcomes.set(line, { line, outcome: "DOUBT", refusal: doubt });
    else if (outcomes.get(line)?.outcome !== "DOUBT") outcomes.set(line, { line, outcome: "ADOPTED" });
  }
  await goOnHere(tx, of.order, left.lines);
  return ok([...outcomes.values()]);
}

/** No word of these lines waits any more: what was held meanwhile, and no open doubt holds, goes on by itself. */
async function goOnHere(tx: Tx, { saleOrderId, channelId }: FoundOrder, words: readonly LeftLine[]): Promise<void> {
  const lines = [...new Set(words.map((word) => word.channelOrderItemId))];
  const released = await releaseHeld(tx, saleOrderId, { lines, settled: null });
  if (released > 0) await wakeAllocation(tx, saleOrderId, channelId);
}

/**
 * The same by a person's decision: these units left. @param of.part what becomes of an invoiced package of which they are
 * a part. Refusals as of `adoptLeft`, and those of a credit note where one takes the invoice back.
 */
export async function adoptUnits(
  tx: Tx,
  ctx: Ctx,
  of: {
    readonly channelId: LeftOrder["channelId"];
    readonly channelOrderId: string;
    /** Codes of units; null: all that are still here. */
    readonly units: readonly string[] | null;
    /** Of this package alone; null: wherever they are. */
    readonly packageId: ShippingPackageId | null;
    readonly part: Exclude<PartRule, "ASK">;
  },
): Promise<Result<undefined>> {
  const locked = await lockOrder(tx, ctx, of.channelId, of.channelOrderId);
  if (!locked.ok) return locked;
  const here = locked.value.units.filter((unit) => !hasLeft(unit.state) && unit.state !== "CANCELLED");
  const named = here
    .filter((unit) => of.units === null || of.units.includes(unit.code))
    .filter((unit) => of.packageId === null || unit.shippingPackageId === of.packageId);
  const packages = new Set(named.flatMap((unit) => unit.shippingPackageId ?? []));
  const rest = here.filter((unit) => unit.shippingPackageId !== null && packages.has(unit.shippingPackageId));
  const chosen = of.part === "WHOLE" ? [...new Set([...named, ...rest])] : named;
  const words = chosen.map((unit) => ({
    unit,
    word: {
      channelOrderItemId: unit.channelOrderItemId,
      status: "DISPATCHED",
      quantity: null,
      changedAt: null,
    } as const,
  }));
  const adopted = await adopt(tx, ctx, locked.value, words, { told: [], part: of.part });
  return adopted.ok ? ok() : adopted;
}

async function lockOrder(
  tx: Tx,
  ctx: Ctx,
  channelId: LeftOrder["channelId"],
  channelOrderId: string,
): Promise<Result<AdoptedOrder>> {
  const manifests = await store.lockManifestsOf(tx, channelId, channelOrderId, ctx.clock.now());
  const order = await findOrder(tx, channelId, channelOrderId);
  if (!order) return refuse("ORDER_NOT_FOUND", { order: channelOrderId });
  const locked = await lockUnits(tx, order.saleOrderId);
  const places = new Map((await store.unitPlaces(tx, order.saleOrderId)).map((place) => [place.unitId, place]));
  const rule = await store.panelRule(tx, channelId, channelOrderId);
  const units = locked.map((unit) => {
    const { packetNumber = 0, byHand = false } = places.get(unit.unitId) ?? {};
    return { ...unit, packetNumber, byHand };
  });
  return ok({ order, units, manifests, channelCode: rule?.channelCode ?? "" });
}

interface Adopted {
  /** Units whose parcel is a person's to decide, with what they are told. */
  readonly inDoubt: ReadonlyMap<SaleOrderItemId, Refusal>;
}

async function adopt(
  tx: Tx,
  ctx: Ctx,
  of: AdoptedOrder,
  words: readonly WordOfUnit[],
  options: { readonly told: readonly ReportedParcel[]; readonly part: PartRule },
): Promise<Result<Adopted>> {
  if (words.length === 0) return ok({ inDoubt: new Map() });
  const asked = words.filter(({ unit }) => unit.cancelRequestedAt !== null).map(({ unit }) => unit.code);
  if (asked.length > 0) return refuse("ADOPTION_CANCEL_ASKED", { order: of.order.code, units: asked });
  const standing = await standingPackages(tx, ctx, of, words);
  if (!standing.ok) return standing;
  const leaving = await placed(tx, of, words);
  if (!leaving.ok) return leaving;
  const { leaving: parcels, inDoubt } = decideParcels(leaving.value, standing.value, options.told, options.part);
  const doubts = await askAboutParts(tx, ctx, of, inDoubt);
  const gone = words.filter(({ unit }) => !doubts.has(unit.unitId));
  if (gone.length === 0) return ok({ inDoubt: doubts });
  const carried = await carryOut(tx, ctx, { ...of, words: gone, parcels, told: options.told, leaving: leaving.value });
  return carried.ok ? ok({ inDoubt: doubts }) : carried;
}

/** Every unit with the facility that it leaves from. */
async function placed(tx: Tx, of: AdoptedOrder, words: readonly WordOfUnit[]): Promise<Result<LeavingUnit[]>> {
  const unrouted = words.filter(({ unit }) => unit.facilityId === null);
  const chosen =
    unrouted.length === 0
      ? null
      : await facilityLeft(
          tx,
          of.order.channelId,
          unrouted.map(({ unit }) => unit.skuId),
        );
  const units: LeavingUnit[] = [];
  for (const { unit } of words) {
    const facilityId: FacilityId | null = unit.facilityId ?? chosen;
    if (facilityId === null) return refuse("ADOPTION_NO_FACILITY", { order: of.order.code, channel: of.channelCode });
    const { unitId, channelOrderItemId, shippingPackageId, packetNumber } = unit;
    units.push({ unitId, channelOrderItemId, shippingPackageId, facilityId, packetNumber });
  }
  return ok(units);
}

/** The packages that they are in, locked. Refused while one of them is being asked about at the channel: that ends by itself. */
async function standingPackages(
  tx: Tx,
  ctx: Ctx,
  { order, channelCode, manifests }: AdoptedOrder,
  words: readonly WordOfUnit[],
): Promise<Result<StandingPackage[]>> {
  const packages = await lockPackagesOf(
    tx,
    words.map(({ unit }) => unit),
  );
  const ids = packages.map((parcel) => parcel.shippingPackageId);
  const [step] = await store.stepsAsked(tx, ids, ctx.clock.now());
  if (step !== undefined)
    return refuse("CHANNEL_ASKED_NOW", {
      ...{ package: step.package, channel: channelCode },
      what: step.step === "INVOICE" ? "invoice" : "label",
    });
  const on = new Map((await store.manifestsOf(tx, ids)).map((row) => [row.shippingPackageId, row]));
  for (const parcel of packages) {
    const row = on.get(parcel.shippingPackageId);
    const manifest = row === undefined ? undefined : manifests.get(row.manifestId);
    // Put onto a manifest between our looking and our lock.
    if (row !== undefined && manifest === undefined) return refuse("ADOPTION_BUSY", { order: order.code });
    const open = manifest === undefined ? ok() : decideOpen(manifest);
    if (!open.ok) return open;
  }
  const invoices = new Map((await openInvoices(tx, ids)).map((invoice) => [invoice.shippingPackageId, invoice]));
  const numbered = new Map(
    (await store.invoiceNumberedBy(tx, ids)).map((row) => [row.shippingPackageId, row.numberedBy]),
  );
  const late = new Set((await lateInvoices(tx, ctx, ids)).map((invoice) => invoice.invoiceId));
  return ok(
    packages.map((parcel): StandingPackage => {
      const { shippingPackageId: id, code, state, facilityId, units } = parcel;
      const invoice = invoices.get(id);
      const numberedBy = numbered.get(id) ?? "SERIES";
      return {
        ...{ shippingPackageId: id, code, state, facilityId, units },
        ...{ manifestId: on.get(id)?.manifestId ?? null, manifestCode: on.get(id)?.code ?? null },
        invoice:
          invoice === undefined
            ? null
            : { invoiceId: invoice.invoiceId, number: invoice.number, numberedBy, late: late.has(invoice.invoiceId) },
      };
    }),
  );
}

/** A part of an invoiced parcel left, and its invoice is not ours to void without a word: a person is asked, once, and its units wait. */
async function askAboutParts(
  tx: Tx,
  ctx: Ctx,
  of: AdoptedOrder,
  parts: readonly PartInDoubt[],
): Promise<Map<SaleOrderItemId, Refusal>> {
  const told = new Map<SaleOrderItemId, Refusal>();
  for (const { parcel, units, why } of parts) {
    assert(parcel.invoice !== null, "only an invoiced parcel is in doubt");
    const number = parcel.invoice.number;
    const { refusal } = refuse("PART_LEFT", { package: parcel.code, invoice: number });
    for (const unit of units) told.set(unit.unitId, refusal);
    const ids = new Set(units.map((unit) => unit.unitId));
    const codes = of.units.filter((unit) => ids.has(unit.unitId)).map((unit) => unit.code);
    const key = `${parcel.shippingPackageId}:${codes.join(" ")}`;
    if (await store.wasAsked(tx, "PART_LEFT_ON_CHANNEL", key)) continue;
    await store.holdUnitsFor(
      tx,
      of.units.filter((unit) => unit.shippingPackageId === parcel.shippingPackageId).map((unit) => unit.unitId),
    );
    const { channelId, saleOrderId, code: order } = of.order;
    const because =
      why === "CHANNEL_INVOICE"
        ? `${of.channelCode} numbered its invoice ${number} for all of it`
        : `the IRN of its invoice ${number} is too old to be cancelled`;
    const facts = { order, package: parcel.code, units: codes, invoice: number, because };
    const about = { channelId, saleOrderId, shippingPackageId: parcel.shippingPackageId };
    await openExceptions(tx, ctx, [{ kind: "PART_LEFT_ON_CHANNEL", ...about, key, facts }]);
  }
  return told;
}
