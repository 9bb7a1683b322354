import {
  assert,
  type FacilityId,
  type SaleOrderId,
  type SaleOrderItemId,
  type ShippingPackageId,
} from "../kernel/index.ts";
import { customFieldsOf } from "../orders/index.ts";
import type { Tx } from "../platform/db.ts";
import { type Field, type Parcel, type ParcelFacts, rulesAskFacts } from "../shipping/index.ts";
import { stateByCode } from "../warehouse/index.ts";
import {
  factsOfPackages,
  factsOfUnits,
  factsOfWaiting,
  type LooseParcel,
  type RuleFactsRow,
} from "./rule-facts.store.ts";

/** A parcel as the choice of its courier sees it, with what conditions of shipping rules may ask. */
export interface RuleParcel {
  readonly packageId: ShippingPackageId | null;
  readonly packageCode: string | null;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly thirdPartyShipping: boolean;
  readonly pincode: string;
  readonly cod: boolean;
  readonly facts: ParcelFacts;
}

/** Packages as shipping rules see them, in three statements however many. */
export async function parcelsOfPackages(
  tx: Tx,
  ids: readonly ShippingPackageId[],
): Promise<Map<ShippingPackageId, RuleParcel>> {
  const parcels = await withFields(tx, ids.length === 0 ? [] : await factsOfPackages(tx, ids));
  return new Map(parcels.flatMap((p) => (p.packageId === null ? [] : [[p.packageId, p] as const])));
}

/** Packages as the choice of couriers sees them; what rules ask is read only where some rule does. */
export async function parcelsToAssign(
  tx: Tx,
  parcels: readonly {
    readonly shippingPackageId: ShippingPackageId;
    readonly pincode: string;
    readonly cod: boolean;
  }[],
): Promise<(Parcel & { packageId: ShippingPackageId })[]> {
  const asked = parcels.length > 0 && (await rulesAskFacts(tx, "FORWARD"));
  const facts = asked
    ? await parcelsOfPackages(
        tx,
        parcels.map((p) => p.shippingPackageId),
      )
    : new Map<ShippingPackageId, RuleParcel>();
  return parcels.map(({ shippingPackageId, pincode, cod }) => {
    const known = facts.get(shippingPackageId);
    return { packageId: shippingPackageId, pincode, cod, ...(known === undefined ? {} : { facts: known.facts }) };
  });
}

/** What waits of orders in facilities, each as the one parcel that it would be if all of it were there. In three statements. */
export async function parcelsOfWaiting(
  tx: Tx,
  which: readonly { readonly saleOrderId: SaleOrderId; readonly facilityId: FacilityId }[],
): Promise<RuleParcel[]> {
  return withFields(tx, which.length === 0 ? [] : await factsOfWaiting(tx, which));
}

/** Units of an order that travel together as no package of ours does, as shipping rules see them: what a customer sends back. */
export async function parcelOfUnits(tx: Tx, parcel: LooseParcel): Promise<RuleParcel> {
  const [read] = await withFields(tx, await factsOfUnits(tx, [parcel]));
  assert(read !== undefined, "an order and a facility are there");
  return read;
}

async function withFields(tx: Tx, rows: readonly RuleFactsRow[]): Promise<RuleParcel[]> {
  if (rows.length === 0) return [];
  const fields = await customFieldsOf(tx, {
    orders: [...new Set(rows.map((r) => r.saleOrderId))],
    units: [...new Set(rows.flatMap((r) => r.unitIds))],
    packages: rows.flatMap((r) => r.packageId ?? []),
  });
  return rows.map((row) => parcelOf(row, fields));
}

function parcelOf(row: RuleFactsRow, fields: ReadonlyMap<string, readonly Field[]>): RuleParcel {
  const { packageId, packageCode, saleOrderId, orderCode, thirdPartyShipping, pincode, cod } = row;
  const facts: ParcelFacts = {
    facility: {
      facilityId: row.facilityId,
      code: row.facilityCode,
      pincode: row.facilityPincode,
      stateCode: row.facilityStateCode,
      state: stateByCode(row.facilityStateCode)?.name ?? "",
    },
    order: {
      ...{ code: orderCode, channel: row.channel, source: row.source, cod, total: row.total, collect: row.collect },
      ...{ priority: row.priority, gift: row.gift, customFields: fields.get(saleOrderId) ?? [] },
      customer: {
        pincode,
        city: row.city,
        // Channels write states in many ways; the code says which is meant.
        state: (row.stateCode === null ? undefined : stateByCode(row.stateCode)?.name) ?? row.stateName,
        stateCode: row.stateCode,
        country: row.country,
      },
    },
    package: {
      ...{ weightGrams: row.weightGrams, lengthMm: row.lengthMm, widthMm: row.widthMm, heightMm: row.heightMm },
      ...{ value: row.value, units: row.units, skus: row.skus, categories: row.categories, brands: row.brands },
      hsns: row.hsns,
      customFields: (packageId === null ? undefined : fields.get(packageId)) ?? [],
      itemFields: together(row.unitIds, fields),
    },
  };
  return { packageId, packageCode, saleOrderId, orderCode, thirdPartyShipping, pincode, cod, facts };
}

/** Fields of the units of one parcel: a name once, with its values in order where units differ. */
function together(unitIds: readonly SaleOrderItemId[], fields: ReadonlyMap<string, readonly Field[]>): Field[] {
  const values = new Map<string, Set<string>>();
  for (const { name, value } of unitIds.flatMap((id) => fields.get(id) ?? []))
    values.set(name, (values.get(name) ?? new Set()).add(value));
  return [...values].map(([name, set]) => ({ name, value: [...set].toSorted().join(", ") }));
}
