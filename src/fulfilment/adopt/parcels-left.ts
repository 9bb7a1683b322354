import type { ReportedParcel } from "../../../connectors/kit/index.ts";
import type { FacilityId, InvoiceId, ManifestId, SaleOrderItemId, ShippingPackageId } from "../../kernel/index.ts";
import type { PackageState } from "../shipping-package.ts";

/** A unit that left there and is still here in the books. Its facility is known: chosen for it where it had none. */
export interface LeavingUnit {
  readonly unitId: SaleOrderItemId;
  readonly channelOrderItemId: string;
  readonly shippingPackageId: ShippingPackageId | null;
  readonly facilityId: FacilityId;
  readonly packetNumber: number;
}

/** A package that such units are in. */
export interface StandingPackage {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly state: PackageState;
  readonly facilityId: FacilityId;
  /** Units that are not cancelled, leaving or not. */
  readonly units: number;
  readonly manifestId: ManifestId | null;
  readonly manifestCode: string | null;
  readonly invoice: {
    readonly invoiceId: InvoiceId;
    readonly number: string;
    readonly numberedBy: "SERIES" | "CHANNEL";
    /** Its IRN is too old to be cancelled: a credit note alone takes it back. */
    readonly late: boolean;
  } | null;
}

/**
 * A parcel that left. WHOLE: the package as it is, with units that went with it (`joined`) and other packages that the
 * channel sent in the same parcel (`merged`). OPEN: units of a package whose invoice names more of them, and is void by that.
 * NEW: units that were in no package, or in one that stays and is not invoiced.
 */
export type Leaving =
  | {
      readonly how: "WHOLE";
      readonly parcel: StandingPackage;
      readonly joined: readonly LeavingUnit[];
      readonly merged: readonly StandingPackage[];
    }
  | { readonly how: "OPEN"; readonly parcel: StandingPackage; readonly units: readonly LeavingUnit[] }
  | { readonly how: "NEW"; readonly facilityId: FacilityId; readonly units: readonly LeavingUnit[] };

/** A part of an invoiced package left, and whether its invoice may be voided is a person's to say. */
export interface PartInDoubt {
  readonly parcel: StandingPackage;
  readonly units: readonly LeavingUnit[];
  readonly why: "CHANNEL_INVOICE" | "IRN_TOO_OLD";
}

export interface ParcelsLeft {
  readonly leaving: readonly Leaving[];
  readonly inDoubt: readonly PartInDoubt[];
}

/** What is done with an invoiced package of which a part left: ask where it is not plain, open it, or take all of it for gone. */
export type PartRule = "ASK" | "OPEN" | "WHOLE";

const NOT_BEGUN: ReadonlySet<PackageState> = new Set<PackageState>(["CREATED", "LOCATION_NOT_SERVICEABLE"]);

/**
 * Which parcels left. Pure. A package that left whole stays one; of one that left in part, what left is a parcel of its
 * own. Units that were in no package join the one that left with them (one parcel has one invoice), or are a new one. What
 * the channel says of parcels (their tracking numbers) decides who travelled together, and our own packages where it is silent.
 */
export function decideParcels(
  units: readonly LeavingUnit[],
  packages: readonly StandingPackage[],
  told: readonly ReportedParcel[],
  rule: PartRule,
): ParcelsLeft {
  const leaving: Leaving[] = [];
  const inDoubt: PartInDoubt[] = [];
  const whole: { parcel: StandingPackage; of: LeavingUnit }[] = [];
  const loose: LeavingUnit[] = units.filter((unit) => unit.shippingPackageId === null);
  for (const parcel of packages) {
    const own = units.filter((unit) => unit.shippingPackageId === parcel.shippingPackageId);
    const [first] = own;
    if (first === undefined) continue;
    const part = own.length < parcel.units;
    const doubt = part && parcel.invoice !== null && rule === "ASK" ? whyAsk(parcel.invoice) : null;
    if (doubt !== null) inDoubt.push({ parcel, units: own, why: doubt });
    else if (!part || (parcel.invoice !== null && rule === "WHOLE")) whole.push({ parcel, of: first });
    else if (parcel.invoice !== null) leaving.push({ how: "OPEN", parcel, units: own });
    else loose.push(...own);
  }
  return { leaving: [...leaving, ...together(whole, loose, told)], inDoubt };
}

/** One that the channel numbered is the channel's word about all of the parcel; one with an old IRN stands by law. */
function whyAsk(invoice: NonNullable<StandingPackage["invoice"]>): PartInDoubt["why"] | null {
  if (invoice.numberedBy === "CHANNEL") return "CHANNEL_INVOICE";
  return invoice.late ? "IRN_TOO_OLD" : null;
}

/** Packages that left whole, each with what went with it, and new ones of what is left. */
function together(
  whole: readonly { readonly parcel: StandingPackage; readonly of: LeavingUnit }[],
  loose: readonly LeavingUnit[],
  told: readonly ReportedParcel[],
): Leaving[] {
  const made: { parcel: StandingPackage; key: string; joined: LeavingUnit[]; merged: StandingPackage[] }[] = [];
  for (const { parcel, of } of whole) {
    const key = keyOf(of, told);
    const same = isTold(key) && takesMore(parcel) && made.find((each) => each.key === key && takesMore(each.parcel));
    if (same) same.merged.push(parcel);
    else made.push({ parcel, key, joined: [], merged: [] });
  }
  const rest = new Map<string, LeavingUnit[]>();
  for (const unit of loose) {
    const key = keyOf(unit, told);
    const base = made.find((each) => each.key === key && takesMore(each.parcel));
    if (base) base.joined.push(unit);
    else rest.set(key, [...(rest.get(key) ?? []), unit]);
  }
  const news = [...rest.values()].flatMap((of): Leaving[] =>
    of[0] === undefined ? [] : [{ how: "NEW", facilityId: of[0].facilityId, units: of }],
  );
  return [...made.map(({ parcel, joined, merged }): Leaving => ({ how: "WHOLE", parcel, joined, merged })), ...news];
}

/** Nobody has begun with it: what the channel put into the same parcel goes into it here. */
function takesMore(parcel: StandingPackage): boolean {
  return parcel.invoice === null && NOT_BEGUN.has(parcel.state);
}

const TOLD = "told";

function isTold(key: string): boolean {
  return key.includes(` ${TOLD} `);
}

/** What travels together has the same key: a told parcel with a number of its own, otherwise our packet. One parcel leaves one facility. */
function keyOf(unit: LeavingUnit, told: readonly ReportedParcel[]): string {
  const at = told.findIndex((each) => each.awb !== null && holds(each, unit.channelOrderItemId));
  return at >= 0 ? `${unit.facilityId} ${TOLD} ${at}` : `${unit.facilityId} packet ${unit.packetNumber}`;
}

/** Is the line in a told parcel? One that names no lines holds all of the order. */
export function holds(parcel: ReportedParcel, line: string): boolean {
  return parcel.channelOrderItemIds.length === 0 || parcel.channelOrderItemIds.includes(line);
}
