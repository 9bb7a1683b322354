import { announce } from "../events/index.ts";
import { type LockedPackage, movePackages, packageLifecycle } from "../fulfilment/index.ts";
import { assert, type FacilityId, newId, type SaleOrderItemId, type ShippingPackageId } from "../kernel/index.ts";
import { openExceptions, settleExceptions, writeEvents } from "../orders/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { awaitPutaway, type Grade, type PutawayItemId } from "../putaway/index.ts";
import { lockCases } from "./case.store.ts";
import type { BackParcel, ParcelUnit, Receivable } from "./parcel.ts";
import { goOn, type ReturnPutaway } from "./put-away.ts";
import { insertArrived, type NewCase, saveReceived } from "./receive.store.ts";
import type { ReturnCaseId } from "./return-case.ts";

/** A parcel that was judged and of which these units came, and those did not. */
export interface Arrival {
  readonly parcel: BackParcel;
  readonly due: Receivable;
  readonly received: readonly ParcelUnit[];
  readonly missing: readonly ParcelUnit[];
}

/** Where goods are received, and on which kind of list they wait. */
export interface Reception {
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly kind: ReturnPutaway;
  /** The return manifest, where they came with one. */
  readonly manifest: string | null;
  readonly grades: ReadonlyMap<SaleOrderItemId, Grade>;
}

/** What was received: the waiting rows of putaway by unit, and the returns. */
export interface Received {
  readonly items: ReadonlyMap<SaleOrderItemId, PutawayItemId>;
  readonly cases: readonly { readonly returnCaseId: ReturnCaseId; readonly code: string }[];
}

interface Placed {
  readonly arrival: Arrival;
  readonly unit: ParcelUnit;
  readonly missing: boolean;
  readonly returnCaseId: ReturnCaseId;
  readonly returnCode: string;
}

/**
 * Receives units of parcels that were locked (orders, units, packages) and judged: a return that nobody announced is made,
 * returns become RECEIVED, undelivered packages RETURN_ACKNOWLEDGED, and the goods wait for putaway in this facility. A unit
 * that is missing stays with its return, and a person is asked about it.
 */
export async function receiveArrivals(
  tx: Tx,
  ctx: Ctx,
  arrivals: readonly Arrival[],
  at: Reception,
): Promise<Received> {
  const made = await newCases(tx, arrivals);
  if (made.length > 0) await insertArrived(tx, made, ctx.actor.name, ctx.now);
  announce(
    tx,
    ctx,
    made.map(({ returnCaseId }) => ({ kind: "RETURN_CREATED", returnCaseId, happenedAt: ctx.now })),
  );
  const placed = arrivals.flatMap((arrival) => placeUnits(arrival, made));
  await saveReceived(
    tx,
    placed.map(({ returnCaseId, unit, missing }) => ({ returnCaseId, unitId: unit.unitId, missing })),
    at.facilityId,
    ctx.actor.name,
    ctx.now,
  );
  await acknowledge(tx, ctx, arrivals, placed, at);
  const came = placed.filter((each) => !each.missing);
  const itemIds = await awaitPutaway(
    tx,
    ctx,
    came.map((each) => arrivedUnit(each, at)),
    "RECEIVE_RETURN",
  );
  await writeEvents(tx, eventsOf(placed, at), ctx.actor, ctx.now);
  await askAboutMissing(tx, ctx, placed);
  const cases = new Map(placed.map(({ returnCaseId, returnCode }) => [returnCaseId, returnCode]));
  // One of which nothing came has nothing to wait for.
  const empty = [...cases.keys()].filter((id) => came.every((each) => each.returnCaseId !== id));
  await goOn(tx, ctx, await lockCases(tx, empty));
  return {
    items: new Map(
      came.map(({ unit }, index) => {
        const itemId = itemIds[index];
        assert(itemId !== undefined, "each unit has its waiting row");
        return [unit.unitId, itemId];
      }),
    ),
    cases: [...cases].map(([returnCaseId, code]) => ({ returnCaseId, code })),
  };
}

/** A return for each parcel whose units (some of them) are in none yet, or were missing in one. */
async function newCases(tx: Tx, arrivals: readonly Arrival[]): Promise<NewCase[]> {
  const wanted = arrivals.flatMap(({ parcel, due, received, missing }) => {
    const units = [...received, ...missing];
    const found = due.road === "FOUND";
    if (!found && (openCaseOf(parcel) !== null || units.every((unit) => unit.itemState === "EXPECTED"))) return [];
    const kind = (found ? units[0]?.returnKind : null) ?? "RTO";
    const reason = found ? `Found; was missing in ${units[0]?.returnCode ?? ""}` : null;
    return [{ parcel, kind, reason }];
  });
  const codes = {
    RTO: await takeCodes(tx, "RETURN:RTO", "RTO-", wanted.filter((each) => each.kind === "RTO").length),
    CIR: await takeCodes(tx, "RETURN:CIR", "RP-", wanted.filter((each) => each.kind === "CIR").length),
  };
  return wanted.map(({ parcel, kind, reason }) => {
    const code = codes[kind].shift();
    assert(code !== undefined, "a code that is asked for is given");
    const { channelId, saleOrderId, shippingPackageId: packageId } = parcel;
    return { returnCaseId: newId<"ReturnCase">(), code, kind, channelId, saleOrderId, packageId, reason };
  });
}

/** The return of the parcel that units without one join: it turned back with them. */
function openCaseOf(parcel: BackParcel): { returnCaseId: ReturnCaseId; returnCode: string } | null {
  const member = parcel.units.find((unit) => unit.itemState === "EXPECTED" && unit.returnKind === "RTO");
  if (!member || member.returnCaseId === null) return null;
  return { returnCaseId: member.returnCaseId, returnCode: member.returnCode ?? "" };
}

function placeUnits(arrival: Arrival, made: readonly NewCase[]): Placed[] {
  const own = made.find((each) => each.packageId === arrival.parcel.shippingPackageId);
  const fresh = own ? { returnCaseId: own.returnCaseId, returnCode: own.code } : openCaseOf(arrival.parcel);
  const place = (unit: ParcelUnit, missing: boolean): Placed => {
    const known =
      unit.itemState === "EXPECTED" && unit.returnCaseId !== null
        ? { returnCaseId: unit.returnCaseId, returnCode: unit.returnCode ?? "" }
        : fresh;
    assert(known !== null, "a unit that is received is in a return");
    return { arrival, unit, missing, ...known };
  };
  return [...arrival.received.map((u) => place(u, false)), ...arrival.missing.map((u) => place(u, true))];
}

/** Parcels that turned back are acknowledged; of one that was delivered, once nothing of it is with the customer any more. */
async function acknowledge(
  tx: Tx,
  ctx: Ctx,
  arrivals: readonly Arrival[],
  placed: readonly Placed[],
  at: Reception,
): Promise<LockedPackage[]> {
  const handled = new Set(placed.map((each) => each.unit.unitId));
  const ids = arrivals.flatMap(({ parcel, due }): ShippingPackageId[] => {
    if (due.road !== "RTO" || !packageLifecycle.may("acknowledgeReturn", parcel.state)) return [];
    const withCustomer = parcel.units.some(
      (unit) => !handled.has(unit.unitId) && (unit.returnCaseId === null || unit.itemState === "EXPECTED"),
    );
    return parcel.state === "DELIVERED" && withCustomer ? [] : [parcel.shippingPackageId];
  });
  const facts =
    at.manifest === null ? { facility: at.facilityCode } : { facility: at.facilityCode, manifest: at.manifest };
  const moved = await movePackages(tx, ctx, ids, "acknowledgeReturn", { facts });
  assert(moved.ok, "parcels that were locked and judged may be acknowledged");
  return moved.value;
}

function arrivedUnit({ unit, arrival, returnCaseId, returnCode }: Placed, at: Reception) {
  return {
    ...{ kind: at.kind, facilityId: at.facilityId, skuId: unit.skuId, unitId: unit.unitId },
    ...{ packageId: arrival.parcel.shippingPackageId, sourceId: returnCaseId },
    grade: at.grades.get(unit.unitId) ?? null,
    note: at.manifest === null ? returnCode : `${returnCode}, ${at.manifest}`,
  };
}

/** One entry on the timeline for each return and parcel. */
function eventsOf(placed: readonly Placed[], at: Reception): unknown[] {
  const groups = Map.groupBy(placed, (each) => `${each.returnCaseId} ${each.arrival.parcel.shippingPackageId}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { parcel, due } = first.arrival;
    const codes = (missing: boolean) => group.filter((each) => each.missing === missing).map((each) => each.unit.code);
    return [
      {
        ...{
          id: newId(),
          saleOrderId: parcel.saleOrderId,
          packageId: parcel.shippingPackageId,
          kind: "RETURN_RECEIVED",
        },
        facts: {
          ...{ return: first.returnCode, kind: due.road, package: parcel.code, facility: at.facilityCode },
          ...{ manifest: at.manifest, announced: due.announced, units: codes(false), missing: codes(true) },
        },
      },
    ];
  });
}

async function askAboutMissing(tx: Tx, ctx: Ctx, placed: readonly Placed[]): Promise<void> {
  await openExceptions(
    tx,
    ctx,
    placed
      .filter((each) => each.missing)
      .map(({ unit, arrival: { parcel }, returnCode }) => ({
        kind: "RETURN_UNIT_MISSING" as const,
        channelId: parcel.channelId,
        saleOrderId: parcel.saleOrderId,
        shippingPackageId: parcel.shippingPackageId,
        key: unit.unitId,
        facts: {
          ...{ order: parcel.orderCode, package: parcel.code, return: returnCode },
          ...{ unit: unit.code, sku: unit.sku, unitId: unit.unitId },
        },
      })),
  );
  for (const { unit, missing, returnCode, arrival } of placed)
    if (!missing && arrival.due.road === "FOUND")
      await settleExceptions(tx, ctx, {
        kind: "RETURN_UNIT_MISSING",
        key: unit.unitId,
        note: `Found, and received in ${returnCode}`,
      });
}
