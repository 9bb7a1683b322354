import type { FacilityId, SaleOrderId, SaleOrderItemId, ShippingPackageId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";

/** What shipping rules ask of a parcel, as it is stored. */
export interface RuleFactsRow {
  /** The package; null: units that wait for one. */
  readonly packageId: ShippingPackageId | null;
  readonly packageCode: string | null;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly facilityPincode: string;
  readonly facilityStateCode: string;
  readonly channel: string;
  readonly source: string;
  readonly thirdPartyShipping: boolean;
  readonly cod: boolean;
  readonly total: number;
  readonly collect: number;
  readonly priority: number;
  readonly pincode: string;
  readonly city: string;
  readonly stateName: string;
  readonly stateCode: string | null;
  readonly country: string;
  readonly weightGrams: number | null;
  readonly lengthMm: number | null;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
  readonly value: number;
  readonly units: number;
  readonly gift: boolean;
  readonly unitIds: SaleOrderItemId[];
  readonly skus: string[];
  readonly categories: string[];
  readonly brands: string[];
  readonly hsns: string[];
}

/** Packages, with weight and box as the label will have them: what a person entered, else the goods' own. */
export function factsOfPackages(tx: Tx, ids: readonly ShippingPackageId[]): Promise<RuleFactsRow[]> {
  return read(
    tx,
    sql`select p.tenant_id, p.shipping_package_id as package_id, p.code as package_code, p.sale_order_id, p.facility_id, p.weight_grams,
      p.length_mm, p.width_mm, p.height_mm, p.third_party_shipping
    from godown.shipping_package p where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = any(${ids}::uuid[])`,
    sql`u.shipping_package_id = w.package_id and u.state <> 'CANCELLED'`,
  );
}

/** What waits of orders in a facility, as the one parcel that it would be if all of it were there. */
export function factsOfWaiting(
  tx: Tx,
  which: readonly { readonly saleOrderId: SaleOrderId; readonly facilityId: FacilityId }[],
): Promise<RuleFactsRow[]> {
  return read(
    tx,
    sql`select o.tenant_id, null::uuid as package_id, null::text as package_code, o.sale_order_id, g.facility_id, null::integer as weight_grams,
      null::integer as length_mm, null::integer as width_mm, null::integer as height_mm, o.third_party_shipping
    from unnest(${which.map((w) => w.saleOrderId)}::uuid[], ${which.map((w) => w.facilityId)}::uuid[]) as g(sale_order_id, facility_id)
    join godown.sale_order o on o.tenant_id = ${tx.tenantId} and o.sale_order_id = g.sale_order_id`,
    sql`u.state in ('CREATED', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE') and (u.facility_id = w.facility_id or u.facility_id is null)`,
  );
}

/** Units of an order that travel together as no package of ours does: what a customer sends back. */
export interface LooseParcel {
  readonly saleOrderId: SaleOrderId;
  /** The facility that it is about. */
  readonly facilityId: FacilityId;
  readonly unitIds: readonly SaleOrderItemId[];
  readonly weightGrams: number | null;
  readonly lengthMm: number | null;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
}

/** Parcels of units that are named, with weight and box as entered, else the goods' own. In any order. */
export function factsOfUnits(tx: Tx, parcels: readonly LooseParcel[]): Promise<RuleFactsRow[]> {
  return read(
    tx,
    sql`select ${tx.tenantId}::uuid as tenant_id, null::uuid as package_id, null::text as package_code, g."saleOrderId" as sale_order_id, g."facilityId" as facility_id,
      g."weightGrams" as weight_grams, g."lengthMm" as length_mm, g."widthMm" as width_mm, g."heightMm" as height_mm, false as third_party_shipping, g."unitIds" as unit_ids
    from jsonb_to_recordset(${json(parcels)}) as g("saleOrderId" uuid, "facilityId" uuid, "weightGrams" integer, "lengthMm" integer, "widthMm" integer, "heightMm" integer, "unitIds" uuid[])`,
    sql`u.sale_order_item_id = any(w.unit_ids)`,
  );
}

/** `wanted`: the parcels. `ofParcel`: which units (`u`) of its order are in a parcel (`w`). */
function read(tx: Tx, wanted: ReturnType<typeof sql>, ofParcel: ReturnType<typeof sql>): Promise<RuleFactsRow[]> {
  return tx.run(sql<RuleFactsRow>`
    with wanted as materialized (${wanted})
    select w.package_id as "packageId", w.package_code as "packageCode", o.sale_order_id as "saleOrderId", o.code as "orderCode", f.facility_id as "facilityId",
      f.code as "facilityCode", f.pincode as "facilityPincode", f.state_code as "facilityStateCode", c.code as channel, c.source,
      w.third_party_shipping as "thirdPartyShipping", o.payment_type = 'COD' as cod, o.total_paise as total, o.collect_paise as collect, o.priority,
      coalesce(a.pincode, '') as pincode, coalesce(a.city, '') as city, coalesce(a.state_name, '') as "stateName", a.state_code as "stateCode", coalesce(a.country, '') as country,
      coalesce(w.weight_grams, g.weight) as "weightGrams",
      case when w.length_mm is null and w.width_mm is null and w.height_mm is null then g.box[1][1] else w.length_mm end as "lengthMm",
      case when w.length_mm is null and w.width_mm is null and w.height_mm is null then g.box[1][2] else w.width_mm end as "widthMm",
      case when w.length_mm is null and w.width_mm is null and w.height_mm is null then g.box[1][3] else w.height_mm end as "heightMm",
      coalesce(g.value, 0)::bigint as value, coalesce(g.units, 0)::integer as units, coalesce(g.gift, false) as gift, coalesce(g.ids, '{}') as "unitIds",
      coalesce(g.skus, '{}') as skus, coalesce(g.categories, '{}') as categories, coalesce(g.brands, '{}') as brands, coalesce(g.hsns, '{}') as hsns
    from wanted w
    join godown.sale_order o on o.tenant_id = w.tenant_id and o.sale_order_id = w.sale_order_id
    join godown.channel c on c.tenant_id = o.tenant_id and c.channel_id = o.channel_id
    join godown.facility f on f.tenant_id = w.tenant_id and f.facility_id = w.facility_id
    left join godown.sale_order_address a on a.tenant_id = o.tenant_id and a.sale_order_id = o.sale_order_id and a.kind = 'SHIPPING'
    left join lateral (
      -- Weight and box by the rule of the label (steps.store.ts, fillParcels): half a weight is no weight.
      select count(*) as units, sum(u.total_paise) as value, bool_or(u.gift_message is not null or u.gift_wrap_charges_paise > 0) as gift,
        array_agg(u.sale_order_item_id) as ids, case when bool_and(k.weight_grams > 0) then sum(k.weight_grams)::integer end as weight,
        (array_agg(array[k.length_mm, k.width_mm, k.height_mm] order by k.length_mm::bigint * k.width_mm * k.height_mm desc nulls last, k.code)
          filter (where k.length_mm > 0 and k.width_mm > 0 and k.height_mm > 0))[1:1][1:3] as box,
        array_agg(distinct k.code) as skus, array_agg(distinct k.category) filter (where k.category is not null) as categories,
        array_agg(distinct k.brand) filter (where k.brand is not null) as brands, array_agg(distinct k.hsn) filter (where k.hsn is not null) as hsns
      from godown.sale_order_item u join godown.sku k on k.tenant_id = u.tenant_id and k.sku_id = u.sku_id
      where u.tenant_id = w.tenant_id and u.sale_order_id = w.sale_order_id and ${ofParcel}
    ) g on true`);
}
