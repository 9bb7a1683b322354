import { readTaxClasses, skusByCodes } from "../catalog/index.ts";
import { audit } from "../identity/index.ts";
import {
  assert,
  type FacilityId,
  type LocalDate,
  localDate,
  newId,
  ok,
  type Paise,
  type Result,
  refuse,
} from "../kernel/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type FacilityRow, facilityById, mayWorkIn } from "../warehouse/index.ts";
import { addressLines, type OrderParties } from "./parties.ts";
import * as store from "./purchase-order.store.ts";
import { decideEvent, type PricedLine, type PurchaseOrderId, priceLines, type WantedLine } from "./purchase-order.ts";
import { offersMeeting, type VendorRow, vendorById } from "./vendor.store.ts";
import type { VendorId } from "./vendor.ts";

export interface PurchaseOrderInput {
  readonly vendorId: VendorId;
  readonly facilityId: FacilityId;
  readonly expectedOn: LocalDate | null;
  readonly remarks: string | null;
  readonly lines: readonly {
    readonly sku: string;
    readonly quantity: number;
    /** Of one piece, without tax. */
    readonly unitPrice: Paise;
    /** Code of a class; null: the product's own. */
    readonly taxClass: string | null;
  }[];
}

/**
 * Makes a purchase order. `purchaseOrderId` is made by the caller before its first attempt: a repeat makes no second one.
 * Refusals: NOT_FOUND (vendor, facility), FACILITY_DISABLED, VENDOR_DISABLED, PO_EXPECTED_PAST, PO_SKUS_UNKNOWN,
 * PO_TAX_CLASS_UNKNOWN and those of `priceLines`.
 */
export function createPurchaseOrder(
  ctx: Ctx,
  purchaseOrderId: PurchaseOrderId,
  input: PurchaseOrderInput,
): Promise<Result<{ purchaseOrderId: PurchaseOrderId; code: string }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const known = await store.lockOrder(tx, purchaseOrderId);
    if (known) return repeated(ctx, known);
    const drafted = await draft(tx, ctx, purchaseOrderId, input);
    if (!drafted.ok) return drafted;
    const [code] = await takeCodes(tx, "PURCHASE_ORDER", "PO-", 1);
    assert(code !== undefined, "a code that is asked for is given");
    const { head, lines } = drafted.value;
    if (!(await store.insertOrder(tx, { ...head, code }, ctx.actor.name, ctx.now))) {
      // Its twin was a moment faster; the code taken here is left out.
      const twin = await store.lockOrder(tx, purchaseOrderId);
      assert(twin !== undefined, "an id that is taken has its order");
      return repeated(ctx, twin);
    }
    await store.replaceLines(tx, purchaseOrderId, withIds(lines));
    await audit(tx, ctx, {
      action: "purchasing.order_created",
      recordType: "purchase_order",
      recordId: purchaseOrderId,
      recordCode: code,
      after: input,
    });
    return ok({ purchaseOrderId, code });
  });
}

function repeated(ctx: Ctx, order: store.PurchaseOrder): Result<{ purchaseOrderId: PurchaseOrderId; code: string }> {
  const { purchaseOrderId, code, facilityId } = order;
  if (!mayWorkIn(ctx, facilityId)) return refuse("NOT_FOUND", { what: "purchase order", id: purchaseOrderId });
  return ok({ purchaseOrderId, code });
}

/** Changes an order that is not approved yet; its lines are replaced. Refusals: NOT_FOUND, PO_STATE and as of making one. */
export function editPurchaseOrder(
  ctx: Ctx,
  purchaseOrderId: PurchaseOrderId,
  input: PurchaseOrderInput,
): Promise<Result<{ purchaseOrderId: PurchaseOrderId; code: string }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const order = await store.lockOrder(tx, purchaseOrderId);
    if (!order || !mayWorkIn(ctx, order.facilityId))
      return refuse("NOT_FOUND", { what: "purchase order", id: purchaseOrderId });
    const may = decideEvent(order, "edit");
    if (!may.ok) return may;
    const drafted = await draft(tx, ctx, purchaseOrderId, input);
    if (!drafted.ok) return drafted;
    const before = await store.linesOf(tx, purchaseOrderId);
    await store.updateOrder(tx, drafted.value.head);
    await store.replaceLines(tx, purchaseOrderId, withIds(drafted.value.lines));
    await audit(tx, ctx, {
      action: "purchasing.order_changed",
      recordType: "purchase_order",
      recordId: purchaseOrderId,
      recordCode: order.code,
      before: {
        expectedOn: order.expectedOn?.toString() ?? null,
        remarks: order.remarks,
        lines: before.map(({ sku, quantity }) => ({ sku, quantity })),
      },
      after: input,
    });
    return ok({ purchaseOrderId, code: order.code });
  });
}

const withIds = (lines: readonly PricedLine[]) =>
  lines.map((line) => ({ ...line, lineId: newId<"PurchaseOrderLine">() }));

/** An order with its amounts, worked out by the rates of the facility's day. */
async function draft(
  tx: Tx,
  ctx: Ctx,
  purchaseOrderId: PurchaseOrderId,
  input: PurchaseOrderInput,
): Promise<Result<{ head: Omit<store.OrderHead, "code">; lines: PricedLine[] }>> {
  const traders = await readTraders(tx, ctx, input);
  if (!traders.ok) return traders;
  const { vendor, facility } = traders.value;
  const orderedOn = localDate(ctx.now, facility.zone);
  const { expectedOn, remarks } = input;
  if (expectedOn !== null && Temporal.PlainDate.compare(expectedOn, orderedOn) < 0)
    return refuse("PO_EXPECTED_PAST", { expectedOn: expectedOn.toString(), orderedOn: orderedOn.toString() });
  const wanted = await readLines(tx, input);
  if (!wanted.ok) return wanted;
  const parties = {
    vendorGstin: vendor.gstin,
    vendorState: vendor.stateCode,
    facilityState: facility.stateCode,
  };
  const lines = priceLines(wanted.value, parties, orderedOn);
  if (!lines.ok) return lines;
  const ids = { purchaseOrderId, vendorId: vendor.vendorId, facilityId: facility.facilityId };
  return ok({
    head: { ...ids, orderedOn, expectedOn, remarks, parties: partiesOf(vendor, facility) },
    lines: lines.value,
  });
}

/** Who trades. Refusals: NOT_FOUND, FACILITY_DISABLED, VENDOR_DISABLED. */
export async function readTraders(
  tx: Tx,
  ctx: Ctx,
  of: { readonly vendorId: VendorId; readonly facilityId: FacilityId },
): Promise<Result<{ vendor: VendorRow; facility: FacilityRow }>> {
  const vendor = await vendorById(tx, of.vendorId);
  if (!vendor) return refuse("NOT_FOUND", { what: "vendor", id: of.vendorId });
  const facility = mayWorkIn(ctx, of.facilityId) ? await facilityById(tx, of.facilityId) : undefined;
  if (!facility) return refuse("NOT_FOUND", { what: "facility", id: of.facilityId });
  if (!facility.enabled) return refuse("FACILITY_DISABLED", { facility: facility.code });
  if (!vendor.enabled) return refuse("VENDOR_DISABLED", { vendor: vendor.code });
  return ok({ vendor, facility });
}

/** Products, tax classes and the vendor's own codes, each read at once for all lines. */
async function readLines(tx: Tx, input: PurchaseOrderInput): Promise<Result<WantedLine[]>> {
  const skus = new Map(
    (await skusByCodes(tx, [...new Set(input.lines.map((line) => line.sku))])).map((sku) => [sku.code, sku]),
  );
  const unknown = input.lines.filter(({ sku }) => {
    const found = skus.get(sku);
    return found === undefined || found.isBundle || !found.enabled;
  });
  if (unknown.length > 0) return refuse("PO_SKUS_UNKNOWN", { skus: [...new Set(unknown.map((line) => line.sku))] });
  const classes = new Map((await readTaxClasses(tx)).map((each) => [each.code, each]));
  const strange = input.lines.flatMap(({ taxClass }) => (taxClass === null || classes.has(taxClass) ? [] : [taxClass]));
  if (strange.length > 0) return refuse("PO_TAX_CLASS_UNKNOWN", { taxClasses: [...new Set(strange)] });
  const found = input.lines.flatMap((line) => {
    const sku = skus.get(line.sku);
    return sku
      ? [{ ...line, skuId: sku.skuId, taxClass: classes.get(line.taxClass ?? sku.taxClass ?? "") ?? null }]
      : [];
  });
  const offers = await offersMeeting(
    tx,
    found.map(({ skuId }) => ({ vendorId: input.vendorId, skuId, vendorSku: null })),
  );
  const vendorSkus = new Map(offers.map((offer) => [offer.skuId, offer.vendorSku]));
  return ok(found.map((line) => ({ ...line, vendorSku: vendorSkus.get(line.skuId) ?? null })));
}

/** Vendor and facility as the order names them. */
export function partiesOf(vendor: VendorRow, facility: FacilityRow): OrderParties {
  const { code, name, stateCode, gstin, contact, phone, email, paymentDays } = vendor;
  return {
    vendor: { code, name, addressLines: addressLines(vendor), stateCode, gstin, contact, phone, email, paymentDays },
    facility: {
      code: facility.code,
      name: facility.legalName ?? facility.name,
      addressLines: addressLines(facility),
      stateCode: facility.stateCode,
      gstin: facility.gstin,
      contact: null,
      phone: facility.phone,
      email: facility.email,
      zone: facility.zone,
    },
  };
}
