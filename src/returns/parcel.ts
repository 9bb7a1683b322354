import type { PackageState } from "../fulfilment/index.ts";
import type { SaleOrderId, SaleOrderItemId, ShippingPackageId, SkuId } from "../kernel/index.ts";
import { type ChannelId, type FacilityId, ok, type Result, refuse } from "../kernel/index.ts";
import type { ReturnCaseId, ReturnKind, ReturnState, ReturnUnitState } from "./return-case.ts";

/** A unit of a parcel, with the return that it is in. */
export interface ParcelUnit {
  readonly unitId: SaleOrderItemId;
  readonly code: string;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly state: string;
  /** The return it is in; of several the one that is not over. Null: none. */
  readonly returnCaseId: ReturnCaseId | null;
  readonly returnCode: string | null;
  readonly returnKind: ReturnKind | null;
  readonly returnState: ReturnState | null;
  readonly itemState: ReturnUnitState | null;
  readonly grade: string | null;
  /** Who received it, when, and onto what, for people. */
  readonly received: string | null;
}

/** A parcel that somebody holds in his hands at the returns desk. */
export interface BackParcel {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly state: PackageState;
  readonly awb: string | null;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly channelOrderId: string;
  readonly channelId: ChannelId;
  readonly channelCode: string;
  readonly source: string;
  readonly courier: string | null;
  /** Where it left from, and where it is to come back by the mapping. */
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly rtoFacilityId: FacilityId;
  readonly rtoFacilityCode: string;
  /** The return manifest that it is on, and whether that is open. */
  readonly returnManifestId: string | null;
  readonly returnManifestCode: string | null;
  readonly returnManifestOpen: boolean;
  /** Units that are not cancelled. */
  readonly units: readonly ParcelUnit[];
}

/** Which road a parcel takes. FOUND: units that an earlier return came without. */
export type Road = "RTO" | "CIR" | "FOUND";

/** What is received of a parcel: the units that the road is about, and whether anybody had announced it. */
export interface Receivable {
  readonly road: Road;
  readonly announced: boolean;
  /** Units that have to be decided about: received or missing. */
  readonly units: readonly ParcelUnit[];
}

const OUT = ["DISPATCHED", "DELIVERED"];
const TRAVELLING: readonly PackageState[] = ["DISPATCHED", "SHIPPED", "RETURN_EXPECTED"];
const isOut = (unit: ParcelUnit) => OUT.includes(unit.state);
const isAway = (unit: ParcelUnit) => unit.itemState === "MISSING" || unit.itemState === "LOST";
const isDone = (unit: ParcelUnit) =>
  unit.itemState === "RECEIVED" || unit.itemState === "PUT_AWAY" || unit.itemState === "RETURNED";

/**
 * What of a parcel may be received, and as what. Pure. An undelivered parcel comes back whole; of a delivered one come the
 * units whose return was announced or agreed. @param chosen units that a person names; null: whatever is due. @param named
 * returns that the scanned code names: of a delivered parcel only theirs are meant.
 * Refusals: RETURN_NOT_DISPATCHED, RETURN_TAKEN_BY_WORD, RETURN_ALREADY_RECEIVED, RETURN_UNITS_NOT_DUE, RETURN_OF_DELIVERED.
 */
export function decideReceive(
  parcel: BackParcel,
  chosen: ReadonlySet<string> | null,
  named: ReadonlySet<string> = new Set(),
): Result<Receivable> {
  const { code, state } = parcel;
  if (![...TRAVELLING, "DELIVERED", "RETURN_ACKNOWLEDGED", "RETURNED"].includes(state))
    return refuse("RETURN_NOT_DISPATCHED", { package: code, state });
  const found = foundAgain(parcel, chosen);
  if (found !== null) return found;
  const meant = parcel.units.filter((unit) => unit.returnCaseId !== null && named.has(unit.returnCaseId));
  if (meant.length > 0 && meant.every((unit) => unit.itemState !== "EXPECTED")) return whyNothing(parcel, [], meant);
  const undelivered = TRAVELLING.includes(state);
  const rto = parcel.units.filter((u) => u.itemState === "EXPECTED" && u.returnKind === "RTO");
  const expected = parcel.units.filter((u) => u.itemState === "EXPECTED");
  const loose = parcel.units.filter((u) => isOut(u) && u.returnCaseId === null);
  // Of a parcel that turned back everything is in the box, whatever was announced of it.
  const turnedBack = undelivered && (state === "RETURN_EXPECTED" || rto.length > 0 || expected.length === 0);
  if (turnedBack && loose.length + expected.length > 0)
    return ok({
      road: "RTO",
      announced: state === "RETURN_EXPECTED" || rto.length > 0,
      units: [...expected, ...loose],
    });
  if (rto.length > 0) return ok({ road: "RTO", announced: true, units: rto });
  const units = meant.length > 0 ? expected.filter((unit) => meant.includes(unit)) : expected;
  if (units.length > 0) return ok({ road: "CIR", announced: true, units });
  return whyNothing(parcel, loose, parcel.units);
}

/** Units that an earlier return came without, and that a person names one by one: a scan of the parcel alone means others. */
function foundAgain(parcel: BackParcel, chosen: ReadonlySet<string> | null): Result<Receivable> | null {
  if (chosen === null || chosen.size === 0) return null;
  const named = parcel.units.filter((unit) => chosen.has(unit.unitId));
  const missing = named.filter(isAway);
  if (missing.length === 0) return null;
  const others = named.filter((unit) => !isAway(unit)).map((unit) => unit.code);
  if (others.length > 0) return refuse("RETURN_UNITS_NOT_DUE", { package: parcel.code, units: others });
  return ok({ road: "FOUND", announced: true, units: missing });
}

function whyNothing(
  parcel: BackParcel,
  loose: readonly ParcelUnit[],
  meant: readonly ParcelUnit[],
): Result<Receivable> {
  const { code, orderCode } = parcel;
  const done = meant.find(isDone) ?? meant.find(isAway);
  const missing = meant.filter(isAway).map((unit) => unit.code);
  if (done !== undefined && done.received !== null && loose.length === 0)
    return refuse("RETURN_ALREADY_RECEIVED", {
      package: code,
      return: done.returnCode ?? "",
      received: done.received,
      missing: missing.length === 0 ? "" : ` Missing are ${missing.join(", ")}: name them if they were found.`,
    });
  if (parcel.units.some((unit) => ["RETURNED", "REPLACED", "RESHIPPED"].includes(unit.state)) && loose.length === 0)
    return refuse("RETURN_TAKEN_BY_WORD", { package: code, channel: parcel.channelCode });
  return refuse("RETURN_OF_DELIVERED", { package: code, order: orderCode, state: parcel.state });
}

/** Whether what was said of units covers those that are due. Pure. Refusals: RETURN_UNITS_NOT_DUE, RETURN_UNITS_UNDECIDED. */
export function decideUnits(
  parcel: BackParcel,
  due: Receivable,
  said: { readonly received: ReadonlySet<string>; readonly missing: ReadonlySet<string> } | null,
): Result<{ received: ParcelUnit[]; missing: ParcelUnit[] }> {
  if (said === null) return ok({ received: [...due.units], missing: [] });
  const ids = new Set<string>(due.units.map((unit) => unit.unitId));
  const strange = [...said.received, ...said.missing].filter((id) => !ids.has(id));
  if (strange.length > 0) {
    const codes = strange.map((id) => parcel.units.find((unit) => unit.unitId === id)?.code ?? id);
    return refuse("RETURN_UNITS_NOT_DUE", { package: parcel.code, units: codes });
  }
  const received = due.units.filter((unit) => said.received.has(unit.unitId));
  const missing = due.units.filter((unit) => said.missing.has(unit.unitId));
  const undecided = due.units.filter((unit) => !said.received.has(unit.unitId) && !said.missing.has(unit.unitId));
  // A customer may send in several parcels; a parcel that turned back is one box.
  if (due.road === "RTO" && undecided.length > 0)
    return refuse("RETURN_UNITS_UNDECIDED", { package: parcel.code, units: undecided.map((unit) => unit.code) });
  return ok({ received, missing });
}

/**
 * Whether a parcel may be received in a facility. Pure. A reverse pickup may come anywhere; one that turned back elsewhere
 * only where the tenant takes courier returns in any warehouse.
 */
export function decidePlace(
  parcel: BackParcel,
  road: Road,
  at: { readonly facilityId: FacilityId; readonly code: string },
  anywhere: boolean,
): Result<undefined> {
  if (road !== "RTO" || anywhere || parcel.rtoFacilityId === at.facilityId) return ok();
  return refuse("RETURN_WRONG_FACILITY", {
    package: parcel.code,
    facility: at.code,
    wanted: parcel.rtoFacilityCode,
    channel: parcel.channelCode,
  });
}
