import type { ReportedParcel } from "../../../connectors/kit/index.ts";
import { creditCancelled } from "../../billing/index.ts";
import { announce } from "../../events/index.ts";
import { audit } from "../../identity/index.ts";
import {
  assert,
  type Instant,
  newId,
  ok,
  type Result,
  type SaleOrderItemId,
  type ShippingPackageId,
} from "../../kernel/index.ts";
import { WAITING_STATES, writeEvents } from "../../orders/index.ts";
import { takeCodes } from "../../platform/codes.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { lockPackagesOf } from "../cancel.store.ts";
import { openParcel } from "../cancel-units.ts";
import { takeOffRows } from "../manifest/store.ts";
import { movePackages } from "../move.ts";
import { facilityCode } from "../store.ts";
import { wakeFacilities } from "../wake-allocation.ts";
import * as store from "./adopt.store.ts";
import type { AdoptedOrder, WordOfUnit } from "./adopt-left.ts";
import { carryLeft, invoiceLeft } from "./papers-left.ts";
import type { Leaving, LeavingUnit, StandingPackage } from "./parcels-left.ts";
import { takeLeft } from "./stock-left.ts";

/** What is carried out: parcels that were decided, and the words behind them. Order, units, packages and manifests are locked. */
export interface CarriedOut extends AdoptedOrder {
  readonly words: readonly WordOfUnit[];
  readonly parcels: readonly Leaving[];
  readonly leaving: readonly LeavingUnit[];
  readonly told: readonly ReportedParcel[];
}

/** A parcel as it leaves, with where its units stood. */
interface Gone {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly units: readonly LeavingUnit[];
  readonly was: StandingPackage | null;
}

/**
 * Makes parcels leave that left there: stock out of the books (or a shortage), packages as they travelled, off pick lists and
 * manifests, DISPATCHED, courier and invoice. The channel is told nothing: it said so itself. Refusals: those of
 * `invoiceLeft`, and of a credit note where one takes an old invoice back; then the caller's transaction is rolled back.
 */
export async function carryOut(tx: Tx, ctx: Ctx, of: CarriedOut): Promise<Result<undefined>> {
  const { order } = of;
  const units = of.leaving.filter((unit) => of.words.some((each) => each.unit.unitId === unit.unitId));
  const ids = units.map((unit) => unit.unitId);
  const picks = await store.picksOf(tx, ids);
  const short = await takeLeft(tx, ctx, order.saleOrderId, takenUnits(of, units), `left from the panel: ${order.code}`);
  const verified = await store.openForDispatch(tx, order.saleOrderId, ctx.now);
  const gone: Gone[] = [];
  for (const parcel of of.parcels) {
    const left = await leave(tx, ctx, of, parcel, units);
    if (!left.ok) return left;
    gone.push(left.value);
  }
  await store.noteLeft(tx, notedUnits(of, short), ctx.now);
  for (const parcel of gone) await dispatch(tx, ctx, of, parcel, short);
  await tell(tx, ctx, of, { gone, short, picks, verified });
  const packageIds = gone.map((parcel) => parcel.shippingPackageId);
  await carryLeft(tx, ctx, packageIds, of.told);
  const invoiced = await invoiceLeft(tx, ctx, packageIds);
  if (!invoiced.ok) return invoiced;
  await store.settleDoubts(tx, order.saleOrderId, ctx.actor.name, ctx.now);
  // An order that is served whole or not at all waited for these too: without them the rest may be there.
  const rest = of.units.filter((unit) => WAITING_STATES.includes(unit.state) && !ids.includes(unit.unitId));
  await wakeFacilities(tx, rest);
  return ok();
}

function takenUnits({ words }: CarriedOut, units: readonly LeavingUnit[]) {
  return units.flatMap(({ unitId, facilityId }) => {
    const unit = words.find((each) => each.unit.unitId === unitId)?.unit;
    return unit === undefined ? [] : [{ unitId, facilityId, skuId: unit.skuId, state: unit.state }];
  });
}

function notedUnits({ words }: CarriedOut, short: ReadonlySet<SaleOrderItemId>) {
  return words.map(({ unit: { unitId }, word: { status } }) => ({ unitId, status, short: short.has(unitId) }));
}

/** Makes the package of a parcel what it was when it left. */
async function leave(
  tx: Tx,
  ctx: Ctx,
  of: CarriedOut,
  leaving: Leaving,
  units: readonly LeavingUnit[],
): Promise<Result<Gone>> {
  if (leaving.how === "NEW") return ok(await packNew(tx, ctx, of, leaving.units, null));
  const { parcel } = leaving;
  const { shippingPackageId: id, code, facilityId } = parcel;
  if (parcel.manifestId !== null) await takeOffList(tx, ctx, parcel);
  if (leaving.how === "OPEN") {
    const opened = await open(tx, ctx, of, parcel, leaving.units);
    return opened.ok ? ok(await packNew(tx, ctx, of, leaving.units, parcel)) : opened;
  }
  const mergedIds = leaving.merged.map((each) => each.shippingPackageId);
  const merged = units.filter((unit) => unit.shippingPackageId !== null && mergedIds.includes(unit.shippingPackageId));
  const joined = [...leaving.joined, ...merged];
  if (joined.length > 0)
    await store.putUnits(
      tx,
      id,
      facilityId,
      joined.map((unit) => unit.unitId),
      ctx.now,
    );
  const gone = await movePackages(tx, ctx, mergedIds, "merge", { facts: { into: code }, untold: true });
  assert(gone.ok, "a package that nobody has begun with may be merged");
  const own = units.filter((unit) => unit.shippingPackageId === id);
  return ok({ shippingPackageId: id, code, units: [...own, ...joined], was: parcel });
}

/** Takes a parcel off its manifest, which stays open for the others. */
async function takeOffList(tx: Tx, ctx: Ctx, parcel: StandingPackage): Promise<void> {
  const { shippingPackageId: id, manifestId, manifestCode } = parcel;
  assert(manifestId !== null, "it is on a manifest");
  await takeOffRows(tx, manifestId, [id]);
  await audit(tx, ctx, {
    action: "fulfilment.manifest_parcels_taken_off",
    recordType: "manifest",
    recordId: manifestId,
    recordCode: manifestCode,
    before: { packages: [parcel.code] },
    after: { because: "it left from the channel's panel" },
  });
}

/** A part of an invoiced parcel left: its invoice is void, and the rest goes into a new package, to be invoiced anew. */
async function open(
  tx: Tx,
  ctx: Ctx,
  { units }: CarriedOut,
  standing: StandingPackage,
  leaving: readonly LeavingUnit[],
): Promise<Result<undefined>> {
  const { invoice, shippingPackageId: id } = standing;
  assert(invoice !== null, "only an invoiced package is opened");
  if (standing.state === "MANIFESTED") {
    const off = await movePackages(tx, ctx, [id], "takeOff", {
      untold: true,
      facts: { manifest: standing.manifestCode },
    });
    assert(off.ok, "a package on a manifest may be taken off it");
  }
  if (invoice.late) {
    const credited = await creditCancelled(tx, ctx, invoice.invoiceId);
    if (!credited.ok) return credited;
  }
  const own = units.filter((unit) => unit.shippingPackageId === id);
  const [parcel] = await lockPackagesOf(tx, own.slice(0, 1));
  assert(parcel !== undefined, "its units are in it");
  const rest = own.filter((unit) => !leaving.some((each) => each.unitId === unit.unitId));
  const reason = "a part of it left from the channel's panel";
  return openParcel(tx, ctx, parcel, rest, reason, { invoice: invoice.late ? "credited" : "cancel", untold: true });
}

async function packNew(
  tx: Tx,
  ctx: Ctx,
  { order }: CarriedOut,
  units: readonly LeavingUnit[],
  after: StandingPackage | null,
): Promise<Gone> {
  const [first] = units;
  assert(first !== undefined, "a parcel has units");
  const { facilityId } = first;
  const [code = ""] = await takeCodes(tx, `PACKAGE:${facilityId}`, `${await facilityCode(tx, facilityId)}-`, 1);
  const shippingPackageId = newId<"ShippingPackage">();
  const { saleOrderId } = order;
  await store.insertPackage(tx, { shippingPackageId, saleOrderId, facilityId, code }, ctx.now);
  await store.putUnits(
    tx,
    shippingPackageId,
    facilityId,
    units.map((unit) => unit.unitId),
    ctx.now,
  );
  // No stock was looked for: it stands here because it left there.
  const facts = { package: code, units: units.length, adopted: true, ...(after === null ? {} : { after: after.code }) };
  const event = { id: newId(), saleOrderId, packageId: shippingPackageId, kind: "PACKAGE_CREATED", facts };
  await writeEvents(tx, [event], ctx.actor, ctx.now);
  announce(tx, ctx, [{ kind: "SHIPMENT_CREATED", shippingPackageId, happenedAt: ctx.now }]);
  return { shippingPackageId, code, units, was: after };
}

async function dispatch(
  tx: Tx,
  ctx: Ctx,
  of: CarriedOut,
  { shippingPackageId, units }: Gone,
  short: ReadonlySet<SaleOrderItemId>,
): Promise<void> {
  const words = of.words.filter(({ unit }) => units.some((each) => each.unitId === unit.unitId));
  const facts = { by: "panel", status: [...new Set(words.map(({ word }) => word.status))].join(", ") };
  const happenedAt = leftAt(words, ctx.now);
  const moved = await movePackages(tx, ctx, [shippingPackageId], "adopt", { facts, happenedAt, untold: true });
  assert(moved.ok, "what has not left here may be adopted");
  const { channelId, saleOrderId } = of.order;
  const missing = words.filter(({ unit }) => short.has(unit.unitId));
  await store.insertShortages(
    tx,
    missing.flatMap(({ unit: { unitId, skuId } }) => {
      const facilityId = units.find((each) => each.unitId === unitId)?.facilityId;
      return facilityId === undefined ? [] : [{ unitId, skuId, facilityId, shippingPackageId, saleOrderId, channelId }];
    }),
    ctx.now,
  );
}

/** When it left there: the earliest that the channel says, now where it does not; a clock that is ahead of ours does not count. */
function leftAt(words: readonly WordOfUnit[], now: Instant): Instant {
  const said = words.flatMap(({ word }) => word.changedAt ?? []);
  return said.reduce((first, at) => (Temporal.Instant.compare(at, first) < 0 ? at : first), now);
}

/** The notice on the timeline, and at the lists that parcels were taken off. */
async function tell(
  tx: Tx,
  ctx: Ctx,
  { order, words }: CarriedOut,
  what: {
    readonly gone: readonly Gone[];
    readonly short: ReadonlySet<SaleOrderItemId>;
    readonly picks: Awaited<ReturnType<typeof store.picksOf>>;
    readonly verified: boolean;
  },
): Promise<void> {
  const { saleOrderId } = order;
  const codes = new Map(words.map(({ unit }) => [unit.unitId, unit.code]));
  const stood = (parcel: Gone) => new Set(parcel.units.flatMap((unit) => unit.shippingPackageId ?? []));
  await writeEvents(
    tx,
    [
      ...(what.verified ? [{ id: newId(), saleOrderId, packageId: null, kind: "VERIFIED_ON_CHANNEL", facts: {} }] : []),
      ...what.gone.map((parcel) => {
        const lists = what.picks.filter((pick) => stood(parcel).has(pick.shippingPackageId));
        const facts = {
          ...{ package: parcel.code, was: parcel.was?.state ?? null, after: parcel.was?.code ?? null },
          units: parcel.units.map((unit) => codes.get(unit.unitId) ?? ""),
          short: parcel.units.filter((unit) => what.short.has(unit.unitId)).length,
          manifest: parcel.was?.manifestCode ?? null,
          picklists: [...new Set(lists.map((pick) => pick.picklist))],
        };
        return { id: newId(), saleOrderId, packageId: parcel.shippingPackageId, kind: "PROCESSED_ON_PANEL", facts };
      }),
    ],
    ctx.actor,
    ctx.now,
  );
  await store.insertRemovals(
    tx,
    [
      ...what.gone.flatMap(({ was }) =>
        was === null || was.manifestId === null
          ? []
          : [{ shippingPackageId: was.shippingPackageId, manifestId: was.manifestId, picklistId: null }],
      ),
      ...what.picks.map(({ shippingPackageId, picklistId }) => ({ shippingPackageId, manifestId: null, picklistId })),
    ].map((removal) => ({ ...removal, why: "ADOPTED" as const })),
    ctx.now,
  );
}
