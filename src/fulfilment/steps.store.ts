import type { EInvoiceState } from "../e-invoice/index.ts";
import { type FacilityId, type InvoiceId, isUuid, type LocalDate, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { ShippingProviderId } from "../shipping/index.ts";
import type { LockedPackage } from "./store.ts";

/** A package as the steps from packing to the manifest see it. */
export interface StepPackage extends LockedPackage {
  readonly facilityCode: string;
  readonly traceability: "NONE" | "SKU" | "ITEM";
  readonly channelCode: string;
  readonly source: string;
  readonly singleAction: "OFF" | "INVOICE_THEN_LABEL" | "INVOICE_AND_LABEL_MERGED";
  /** The channel waits for the seller's acceptance of the order, or has not confirmed it yet. */
  readonly acceptanceAwaited: boolean;
  readonly cod: boolean;
  readonly pincode: string;
  readonly providerId: ShippingProviderId | null;
  readonly providerCode: string | null;
  readonly awb: string | null;
  /** The channel's courier, where it ships and has named one. */
  readonly channelCourierCode: string | null;
  readonly channelCourierName: string | null;
  readonly invoiceId: InvoiceId | null;
  readonly invoiceNumber: string | null;
  /** IRN_PENDING: its number is taken, and it is packed when the IRN is here. */
  readonly invoiceState: "ISSUED" | "IRN_PENDING" | null;
  readonly invoiceNumberedBy: "SERIES" | "CHANNEL" | null;
  /** What the portal last said of the IRN that it waits for. */
  readonly irnWait: IrnWait | null;
  /** It left from the channel's panel: what it lacks is brought after it. */
  readonly adopted: boolean;
  readonly weightGrams: number | null;
  readonly lengthMm: number | null;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
  readonly boxes: number;
  readonly labelCopies: number;
  /** The open manifest that it is on, and its courier (null: of several). */
  readonly manifestCode: string | null;
  readonly manifestProviderId: ShippingProviderId | null;
}

/** Where an invoice stands that waits for its IRN. */
export interface IrnWait {
  readonly eInvoiceId: string;
  readonly state: EInvoiceState;
  /** The portal's code, our words, its words, what to do; null while it was not asked yet. */
  readonly code: string | null;
  readonly words: string | null;
  readonly said: string | null;
  readonly whatToDo: string | null;
  readonly nextAttemptAt: string | null;
}

/** An invoice's IRN that is waited for, as JSON; null where it waits for none. `i` is the invoice. */
export const irnWait = sql`case when i.state = 'IRN_PENDING' then (
  select jsonb_build_object('eInvoiceId', e.e_invoice_id, 'state', e.state, 'code', e.code, 'words', e.words, 'whatToDo', e.what_to_do,
    'nextAttemptAt', e.next_attempt_at,
    'said', (select string_agg((x ->> 'code') || ': ' || (x ->> 'message'), '; ') from jsonb_array_elements(e.faults) x))
  from godown.e_invoice e where e.tenant_id = i.tenant_id and e.subject_type = 'INVOICE' and e.subject_id = i.invoice_id) end`;

/** Kind of the file that a channel gives as a package's label. */
export const CHANNEL_LABEL = "CHANNEL_LABEL";
/** Kind of the file that a courier gives as a package's label. */
export const COURIER_LABEL = "COURIER_LABEL";
/** Kind of the file that a channel gives as a package's invoice. */
export const CHANNEL_INVOICE = "CHANNEL_INVOICE";

const withinReach = (ctx: Pick<Ctx, "facilities">) =>
  ctx.facilities === "all" ? sql`true` : sql`p.facility_id = any(${ctx.facilities}::uuid[])`;

/** Which of these packages the actor's right reaches. */
export async function reachable(
  tx: Tx,
  ctx: Pick<Ctx, "facilities">,
  ids: readonly ShippingPackageId[],
): Promise<ShippingPackageId[]> {
  const rows = await tx.run(sql<{ id: ShippingPackageId }>`
    select p.shipping_package_id as id from godown.shipping_package p
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = any(${ids}::uuid[]) and ${withinReach(ctx)}`);
  return rows.map((row) => row.id);
}

/** The package of a code or an id, if the actor's right reaches it. */
export async function packageByCode(
  tx: Tx,
  ctx: Pick<Ctx, "facilities">,
  codeOrId: string,
): Promise<ShippingPackageId | undefined> {
  const which = isUuid(codeOrId) ? sql`p.shipping_package_id = ${codeOrId}` : sql`p.code = ${codeOrId}`;
  const row = await tx.first(sql<{ id: ShippingPackageId }>`
    select p.shipping_package_id as id from godown.shipping_package p
    where p.tenant_id = ${tx.tenantId} and ${which} and ${withinReach(ctx)}`);
  return row?.id;
}

/** What the steps know of packages. After `lockForMove` it is what holds until commit; without, what holds at the moment. */
export async function stepPackages(
  tx: Tx,
  ids: readonly ShippingPackageId[],
): Promise<Map<ShippingPackageId, StepPackage>> {
  const rows = await tx.run(sql<StepPackage>`
    select p.shipping_package_id as "shippingPackageId", p.code, p.state, p.sale_order_id as "saleOrderId", o.code as "orderCode",
      p.channel_id as "channelId", p.facility_id as "facilityId", p.third_party_shipping as "thirdPartyShipping", o.on_hold as "onHold",
      o.hold_reason as "holdReason", coalesce(u.locked, 0)::integer as "lockedUnits", coalesce(u.held, 0)::integer as "heldUnits",
      coalesce(u.lines, '{}') as "channelOrderItemIds", coalesce(u.units, 0)::integer as units, f.code as "facilityCode", f.traceability,
      c.code as "channelCode", c.source, c.single_action as "singleAction", o.acceptance_awaited_since is not null as "acceptanceAwaited", o.payment_type = 'COD' as cod, coalesce(a.pincode, '') as pincode,
      p.shipping_provider_id as "providerId", s.code as "providerCode", p.awb, p.channel_courier_code as "channelCourierCode",
      p.channel_courier_name as "channelCourierName", i.invoice_id as "invoiceId", i.number as "invoiceNumber", i.state as "invoiceState", i.numbered_by as "invoiceNumberedBy",
      ${irnWait} as "irnWait", coalesce(p.dispatched_how = 'ADOPTED', false) as adopted, p.weight_grams as "weightGrams", p.length_mm as "lengthMm", p.width_mm as "widthMm", p.height_mm as "heightMm", p.boxes,
      p.label_copies as "labelCopies", m.code as "manifestCode", m.shipping_provider_id as "manifestProviderId"
    from godown.shipping_package p
    join godown.facility f on f.tenant_id = p.tenant_id and f.facility_id = p.facility_id
    join godown.channel c on c.tenant_id = p.tenant_id and c.channel_id = p.channel_id
    join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id
    left join godown.sale_order_address a on a.tenant_id = p.tenant_id and a.sale_order_id = p.sale_order_id and a.kind = 'SHIPPING'
    left join godown.shipping_provider s on s.tenant_id = p.tenant_id and s.shipping_provider_id = p.shipping_provider_id
    left join godown.invoice i on i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED'
    left join (godown.manifest_package mp join godown.manifest m on m.tenant_id = mp.tenant_id and m.manifest_id = mp.manifest_id and m.state = 'CREATED')
      on mp.tenant_id = p.tenant_id and mp.shipping_package_id = p.shipping_package_id
    left join lateral (
      select count(*) filter (where i.cancel_requested_at is not null) as locked, count(*) filter (where i.on_hold) as held,
        array_agg(distinct i.channel_order_item_id) as lines, count(*) as units
      from godown.sale_order_item i
      where i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED'
    ) u on true
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = any(${ids}::uuid[])`);
  return new Map(rows.map((row) => [row.shippingPackageId, row]));
}

/**
 * Fills in weight and box where a person has not: the sum of the units' weights (only where every SKU has one: half a
 * weight is a surcharge of the courier) and the largest box among the SKUs.
 */
export async function fillParcels(tx: Tx, ids: readonly ShippingPackageId[], at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    with goods as (
      select u.shipping_package_id as id, case when bool_and(k.weight_grams > 0) then sum(k.weight_grams)::integer end as weight,
        (array_agg(array[k.length_mm, k.width_mm, k.height_mm] order by k.length_mm::bigint * k.width_mm * k.height_mm desc nulls last, k.code)
          filter (where k.length_mm > 0 and k.width_mm > 0 and k.height_mm > 0))[1:1][1:3] as box
      from godown.sale_order_item u join godown.sku k on k.tenant_id = u.tenant_id and k.sku_id = u.sku_id
      where u.tenant_id = ${tx.tenantId} and u.shipping_package_id = any(${ids}::uuid[]) and u.state <> 'CANCELLED'
      group by u.shipping_package_id
    )
    update godown.shipping_package p set weight_grams = coalesce(p.weight_grams, g.weight), updated_at = ${at},
      length_mm = case when p.length_mm is null and p.width_mm is null and p.height_mm is null then g.box[1][1] else p.length_mm end,
      width_mm = case when p.length_mm is null and p.width_mm is null and p.height_mm is null then g.box[1][2] else p.width_mm end,
      height_mm = case when p.length_mm is null and p.width_mm is null and p.height_mm is null then g.box[1][3] else p.height_mm end
    from goods g where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = g.id`);
}

/** A courier with its number, as it is written on a package. */
export interface CourierRow {
  readonly shippingPackageId: ShippingPackageId;
  readonly providerId: ShippingProviderId;
  /** Null: the courier is yet to be asked for it. */
  readonly awb: string | null;
  readonly sortCode: string | null;
  /** Which courier was chosen, why, and which were passed over. */
  readonly choice: unknown;
}

/** Writes couriers. A label printed before is void: the next print is an original again. */
export async function writeCouriers(tx: Tx, rows: readonly CourierRow[], at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    update godown.shipping_package p set shipping_provider_id = r."providerId", awb = r.awb, sort_code = r."sortCode", provider_choice = r.choice,
      carrier = null, label_printed_at = null, label_copies = 0, updated_at = ${at}
    from jsonb_to_recordset(${json(rows)}) as r("shippingPackageId" uuid, "providerId" uuid, awb text, "sortCode" text, choice jsonb)
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = r."shippingPackageId"`);
}

/** A courier that a person has chosen for a package and that is yet to give its number: why, and its sort code. */
export function chosenBefore(
  tx: Tx,
  id: ShippingPackageId,
): Promise<{ readonly choice: unknown; readonly sortCode: string | null } | undefined> {
  return tx.first(sql<{ choice: unknown; sortCode: string | null }>`
    select provider_choice as choice, sort_code as "sortCode" from godown.shipping_package
    where tenant_id = ${tx.tenantId} and shipping_package_id = ${id} and shipping_provider_id is not null and awb is null`);
}

/** Writes who carries a package behind its courier; null where the courier itself does. */
export async function writeCarrier(
  tx: Tx,
  id: ShippingPackageId,
  carrier: string | null,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.shipping_package set carrier = ${carrier}, updated_at = ${at} where tenant_id = ${tx.tenantId} and shipping_package_id = ${id}`);
}

export interface BoxRow {
  readonly weightGrams: number | null;
  readonly lengthMm: number | null;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
  /** How many boxes the parcel is. */
  readonly boxes: number;
}

export async function writeBox(tx: Tx, id: ShippingPackageId, box: BoxRow, at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    update godown.shipping_package set weight_grams = ${box.weightGrams}, length_mm = ${box.lengthMm}, width_mm = ${box.widthMm},
      height_mm = ${box.heightMm}, boxes = ${box.boxes}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and shipping_package_id = ${id}`);
}

/** The sort code of a courier for a pincode, where its list has one. */
export async function sortCodeFor(tx: Tx, providerId: ShippingProviderId, pincode: string): Promise<string | null> {
  const row = await tx.first(sql<{ sortCode: string | null }>`
    select sort_code as "sortCode" from godown.provider_pincode
    where tenant_id = ${tx.tenantId} and shipping_provider_id = ${providerId} and pincode = ${pincode}`);
  return row?.sortCode ?? null;
}

/** Does another package carry this number of this courier? One adopted from the channel's panel has numbers no pool knows. */
export async function awbElsewhere(
  tx: Tx,
  which: { providerId: ShippingProviderId; awb: string; except: ShippingPackageId },
): Promise<boolean> {
  const rows = await tx.run(sql`
    select from godown.shipping_package
    where tenant_id = ${tx.tenantId} and shipping_provider_id = ${which.providerId} and awb = ${which.awb}
      and shipping_package_id <> ${which.except} and state <> 'CANCELLED' limit 1`);
  return rows.length > 0;
}

/** All that a label shows, as it is now. */
export interface LabelFacts {
  readonly shippingPackageId: ShippingPackageId;
  readonly facilityId: FacilityId;
  readonly code: string;
  readonly courier: string;
  readonly awb: string;
  readonly sortCode: string | null;
  readonly channelName: string;
  readonly orderNumber: string;
  readonly invoiceNumber: string | null;
  readonly issuedOn: LocalDate | null;
  readonly invoiceTotal: number | null;
  /** What the courier collects. */
  readonly collect: number;
  readonly weightGrams: number | null;
  readonly lengthMm: number | null;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
  readonly boxes: number;
  /** Who carries it, where the courier is an aggregator. */
  readonly carrier: string | null;
  readonly to: {
    name: string;
    line1: string;
    line2: string | null;
    city: string;
    stateName: string;
    pincode: string;
    phone: string;
  };
  /** Where it comes back to undelivered: by the channel's return routes, else where it leaves from. */
  readonly from: {
    name: string;
    line1: string;
    line2: string | null;
    city: string;
    stateCode: string;
    pincode: string;
    phone: string | null;
  };
  readonly products: { sku: string; description: string; quantity: number }[];
  /** Prints so far, with the one that is being made. */
  readonly copies: number;
  /** The label of the channel or courier, where it gave one: that is printed as it is. */
  readonly pdfSha256: Buffer | null;
}

/** Counts a print of labels, and gives what they show; packages without a label or out of reach are left out. In the order of the ids. */
export function countPrints(
  tx: Tx,
  ctx: Pick<Ctx, "facilities" | "now">,
  ids: readonly ShippingPackageId[],
): Promise<LabelFacts[]> {
  return tx.run(sql<LabelFacts>`
    with printed as (
      update godown.shipping_package set label_copies = label_copies + 1, label_printed_at = coalesce(label_printed_at, ${ctx.now}::timestamptz)
      where tenant_id = ${tx.tenantId} and shipping_package_id = any(${ids}::uuid[]) and awb is not null and (shipping_provider_id is not null or channel_courier_code is not null)
        and state not in ('CREATED', 'LOCATION_NOT_SERVICEABLE', 'PICKING', 'PICKED', 'PENDING_CUSTOMIZATION', 'CUSTOMIZATION_COMPLETE', 'PACKED', 'CANCELLED', 'SPLITTED', 'MERGED')
        and ${ctx.facilities === "all" ? sql`true` : sql`facility_id = any(${ctx.facilities}::uuid[])`}
      returning *
    )
    select p.shipping_package_id as "shippingPackageId", p.facility_id as "facilityId", p.code, coalesce(s.name, p.channel_courier_name, p.channel_courier_code) as courier,
      p.awb, p.sort_code as "sortCode", d.sha256 as "pdfSha256", c.name as "channelName", o.display_code as "orderNumber", i.number as "invoiceNumber", i.issued_on as "issuedOn", i.total_paise as "invoiceTotal",
      case when o.payment_type = 'COD' then g.collect else 0 end as collect, p.weight_grams as "weightGrams", p.length_mm as "lengthMm",
      p.width_mm as "widthMm", p.height_mm as "heightMm", p.boxes, p.carrier, p.label_copies as copies, g.products,
      jsonb_build_object('name', a.name, 'line1', a.line1, 'line2', a.line2, 'city', a.city, 'stateName', a.state_name, 'pincode', a.pincode, 'phone', a.phone) as "to",
      jsonb_build_object('name', coalesce(f.legal_name, f.name), 'line1', f.line1, 'line2', f.line2, 'city', f.city, 'stateCode', f.state_code,
        'pincode', f.pincode, 'phone', f.phone) as "from"
    from unnest(${ids}::uuid[]) with ordinality as w(id, place)
    join printed p on p.shipping_package_id = w.id
    left join godown.shipping_provider s on s.tenant_id = p.tenant_id and s.shipping_provider_id = p.shipping_provider_id
    left join godown.courier_waybill cw on cw.tenant_id = p.tenant_id and cw.shipping_package_id = p.shipping_package_id and cw.shipping_provider_id = p.shipping_provider_id
      and cw.awb = p.awb and cw.state = 'GIVEN'
    left join lateral (
      select d.sha256 from godown.document d where d.tenant_id = p.tenant_id and d.document_id = cw.label_document_id
      union all
      (select d.sha256 from godown.document d
      where cw.label_document_id is null and p.channel_courier_code is not null and d.tenant_id = p.tenant_id and d.record_id = p.shipping_package_id and d.kind = ${CHANNEL_LABEL}
      order by d.created_at desc, d.document_id desc limit 1)
    ) d on true
    join godown.channel c on c.tenant_id = p.tenant_id and c.channel_id = p.channel_id
    join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id
    join godown.sale_order_address a on a.tenant_id = p.tenant_id and a.sale_order_id = p.sale_order_id and a.kind = 'SHIPPING'
    left join godown.return_route rt on rt.tenant_id = p.tenant_id and rt.channel_id = p.channel_id and rt.dispatch_facility_id = p.facility_id and rt.kind = 'RTO'
    join godown.facility f on f.tenant_id = p.tenant_id and f.facility_id = coalesce(rt.return_facility_id, p.facility_id)
    left join godown.invoice i on i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED'
    cross join lateral (
      select sum(k.collect)::bigint as collect, jsonb_agg(jsonb_build_object('sku', k.code, 'description', k.name, 'quantity', k.units) order by k.code) as products
      from (
        select k.code, k.name, count(*) as units, sum(u.total_paise - u.store_credit_paise - u.voucher_paise - u.prepaid_paise) as collect
        from godown.sale_order_item u join godown.sku k on k.tenant_id = u.tenant_id and k.sku_id = u.sku_id
        where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and u.state <> 'CANCELLED'
        group by k.code, k.name
      ) k
    ) g
    order by w.place`);
}

/** Takes back the count of a print that could not be drawn. */
export async function uncountPrints(tx: Tx, ids: readonly ShippingPackageId[]): Promise<void> {
  await tx.run(sql`
    update godown.shipping_package set label_copies = label_copies - 1, label_printed_at = case when label_copies > 1 then label_printed_at end
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${ids}::uuid[]) and label_copies > 0`);
}
