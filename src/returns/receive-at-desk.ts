import { audit } from "../identity/index.ts";
import { assert, type FacilityId, ok, type Result, refuse, type SaleOrderItemId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { addToPutawayIn, createPutawayIn, type Grade, type PutawayId, type PutawayItemId } from "../putaway/index.ts";
import { decideUnits } from "./parcel.ts";
import { type Held, type Judged, lockHeld, mayReceive, reachFacility } from "./reach-parcels.ts";
import { lockOwnList } from "./receive.store.ts";
import { type Arrival, type Received, receiveArrivals } from "./receive-units.ts";
import type { ReturnCaseId } from "./return-case.ts";

/** What a person says about one unit that he looked at. */
export interface SaidUnit {
  readonly unitId: SaleOrderItemId;
  readonly grade: Grade | null;
  readonly missing: boolean;
}

export interface DeskReceipt {
  readonly held: Held;
  readonly facilityId: FacilityId;
  /** Units one by one; null: everything that is due came. */
  readonly units: readonly SaidUnit[] | null;
  /** Grade of units that have none of their own; null: they are graded on the list. */
  readonly grade: Grade | null;
  /** The person has seen that nobody announced it. */
  readonly unannounced: boolean;
  /** The list of received returns; null: the person's own open one, or a new one. */
  readonly putawayId: PutawayId | null;
}

/** What was received, and the list that it lies on; null where nothing came. */
export interface Desk {
  readonly putaway: { readonly putawayId: PutawayId; readonly code: string } | null;
  readonly cases: readonly { readonly returnCaseId: ReturnCaseId; readonly code: string }[];
  readonly packages: readonly string[];
  readonly received: number;
  readonly missing: number;
}

/**
 * Receives what somebody holds at the returns desk, announced or not, onto a list of received returns, with grades, in one
 * transaction. The same parcel twice is refused in words. Refusals: NOT_FOUND and those of `lockHeld`, `mayReceive`,
 * `decideUnits` and putaway's `addToPutaway`.
 */
export function receiveAtDesk(ctx: Ctx, input: DeskReceipt): Promise<Result<Desk>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const place = await reachFacility(tx, ctx, input.facilityId);
    if (!place.ok) return place;
    // Locked before the parcels, as by whoever completes the list.
    const own = input.putawayId === null ? await lockOwnList(tx, input.facilityId, ctx.actor.name) : undefined;
    const judged = await lockHeld(tx, input.held, namedUnits(input.units));
    if (!judged.ok) return judged;
    const arrivals = await judgeArrivals(tx, judged.value, place.value, input);
    if (!arrivals.ok) return arrivals;
    const grades = gradesOf(arrivals.value, input);
    const received = await receiveArrivals(tx, ctx, arrivals.value, {
      ...{ facilityId: input.facilityId, facilityCode: place.value.code, manifest: null },
      ...{ kind: "PUTAWAY_RECEIVED_RETURNS" as const, grades },
    });
    const putaway = await ontoList(tx, ctx, received, grades, input.putawayId ?? own?.putawayId ?? null);
    if (!putaway.ok) return putaway;
    const packages = arrivals.value.map(({ parcel }) => parcel.code);
    const count = (of: (arrival: Arrival) => readonly unknown[]) =>
      arrivals.value.reduce((sum, arrival) => sum + of(arrival).length, 0);
    const desk: Desk = {
      ...{ putaway: putaway.value, cases: received.cases, packages },
      ...{ received: count((a) => a.received), missing: count((a) => a.missing) },
    };
    for (const each of received.cases)
      await audit(tx, ctx, {
        ...{
          action: "returns.received",
          recordType: "return_case",
          recordId: each.returnCaseId,
          recordCode: each.code,
        },
        after: { packages, facility: place.value.code, putaway: putaway.value?.code ?? null, ...said(desk) },
      });
    return ok(desk);
  });
}

const said = ({ received, missing }: Desk) => ({ received, missing });

/** Units that a person names: those that an earlier return came without are meant only so. */
export function namedUnits(units: readonly SaidUnit[] | null): ReadonlySet<string> | null {
  return units === null ? null : new Set(units.map((unit) => unit.unitId));
}

/** Judges each parcel in its place, and what was said of its units. */
export async function judgeArrivals(
  tx: Tx,
  judged: readonly Judged[],
  at: { readonly facilityId: FacilityId; readonly code: string },
  input: Pick<DeskReceipt, "units" | "unannounced">,
): Promise<Result<Arrival[]>> {
  const arrivals: Arrival[] = [];
  const known = new Set<string>(judged.flatMap(({ parcel }) => parcel.units.map((unit) => unit.unitId)));
  const strange = (input.units ?? []).filter((unit) => !known.has(unit.unitId)).map((unit) => unit.unitId);
  if (strange.length > 0)
    return refuse("RETURN_UNITS_NOT_DUE", { package: judged.map(({ parcel }) => parcel.code), units: strange });
  for (const each of judged) {
    const may = await mayReceive(tx, each, at, { sure: input.unannounced, manifestId: null });
    if (!may.ok) return may;
    const units = decideUnits(each.parcel, each.due, saidOf(each, input.units));
    if (!units.ok) return units;
    if (units.value.received.length + units.value.missing.length > 0) arrivals.push({ ...each, ...units.value });
  }
  if (arrivals.length === 0) return refuse("RETURN_UNITS_EMPTY", { package: judged.map(({ parcel }) => parcel.code) });
  return ok(arrivals);
}

function saidOf({ parcel }: Judged, units: readonly SaidUnit[] | null) {
  if (units === null) return null;
  const own = units.filter((unit) => parcel.units.some((each) => each.unitId === unit.unitId));
  return {
    received: new Set<string>(own.filter((unit) => !unit.missing).map((unit) => unit.unitId)),
    missing: new Set<string>(own.filter((unit) => unit.missing).map((unit) => unit.unitId)),
  };
}

function gradesOf(
  arrivals: readonly Arrival[],
  input: Pick<DeskReceipt, "units" | "grade">,
): ReadonlyMap<SaleOrderItemId, Grade> {
  const own = new Map(input.units?.flatMap(({ unitId, grade }) => (grade === null ? [] : [[unitId, grade] as const])));
  return new Map(
    arrivals.flatMap(({ received }) =>
      received.flatMap(({ unitId }) => {
        const grade = own.get(unitId) ?? input.grade;
        return grade === null ? [] : [[unitId, grade] as const];
      }),
    ),
  );
}

async function ontoList(
  tx: Tx,
  ctx: Ctx,
  received: Received,
  graded: ReadonlyMap<SaleOrderItemId, Grade>,
  putawayId: PutawayId | null,
): Promise<Result<{ putawayId: PutawayId; code: string } | null>> {
  const itemIds = [...received.items.values()];
  if (itemIds.length === 0) return ok(null);
  const grades = new Map(
    [...graded].map(([unitId, grade]): [PutawayItemId, Grade] => {
      const itemId = received.items.get(unitId);
      assert(itemId !== undefined, "a graded unit was received");
      return [itemId, grade];
    }),
  );
  const done =
    putawayId === null
      ? await createPutawayIn(tx, ctx, { itemIds, grades })
      : await addToPutawayIn(tx, ctx, { putawayId, itemIds, grades });
  return done.ok ? ok({ putawayId: done.value.putawayId, code: done.value.code }) : done;
}
