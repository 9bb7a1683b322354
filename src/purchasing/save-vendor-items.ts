import { skusByCodes } from "../catalog/index.ts";
import { audit } from "../identity/index.ts";
import { ok, type Result, refuse, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { mayEditVendors } from "./save-vendor.ts";
import * as store from "./vendor.store.ts";
import type { VendorId, VendorItemInput } from "./vendor.ts";

/** The offers of vendors that a new one could meet: the same SKU's, or another's with the same code of the vendor. */
export class Offers {
  readonly #bySku = new Map<string, store.Offer>();
  readonly #byVendorSku = new Map<string, store.Offer>();

  constructor(offers: readonly store.Offer[]) {
    for (const offer of offers) this.put(offer);
  }

  of({ vendorId, skuId }: Pick<store.Offer, "vendorId" | "skuId">): store.Offer | undefined {
    return this.#bySku.get(`${vendorId} ${skuId}`);
  }

  /** Another SKU that the vendor has the same code for; the case of letters does not part codes. */
  holderOf(offer: Pick<store.Offer, "vendorId" | "skuId" | "vendorSku">): store.Offer | undefined {
    const holder = offer.vendorSku === null ? undefined : this.#byVendorSku.get(codeKey(offer, offer.vendorSku));
    return holder?.skuId === offer.skuId ? undefined : holder;
  }

  put(offer: store.Offer): void {
    const before = this.of(offer);
    if (before && before.vendorSku !== null) this.#byVendorSku.delete(codeKey(before, before.vendorSku));
    this.#bySku.set(`${offer.vendorId} ${offer.skuId}`, offer);
    if (offer.vendorSku !== null) this.#byVendorSku.set(codeKey(offer, offer.vendorSku), offer);
  }
}

const codeKey = ({ vendorId }: { vendorId: VendorId }, code: string) => `${vendorId} ${code.toUpperCase()}`;

/**
 * Says what a vendor offers of a SKU: its own code, price, least quantity, days until it is here. Refusals: NOT_ALLOWED,
 * NOT_FOUND, VENDOR_ITEM_SKU_UNKNOWN, VENDOR_SKU_TAKEN.
 */
export function saveVendorItem(
  ctx: Ctx,
  vendorId: VendorId,
  input: VendorItemInput,
): Promise<Result<{ skuId: SkuId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const may = mayEditVendors(ctx);
    if (!may.ok) return may;
    const vendor = await store.lockVendor(tx, vendorId);
    if (vendor === undefined) return refuse("NOT_FOUND", { what: "vendor", id: vendorId });
    const [sku] = await skusByCodes(tx, [input.sku]);
    if (sku === undefined || sku.isBundle) return refuse("VENDOR_ITEM_SKU_UNKNOWN", { sku: input.sku });
    const { sku: _code, ...offered } = input;
    const item = { vendorId, skuId: sku.skuId, ...offered };
    const offers = new Offers(await store.offersMeeting(tx, [item]));
    const holder = offers.holderOf(item);
    if (holder) return refuse("VENDOR_SKU_TAKEN", { vendor: vendor.code, vendorSku: input.vendorSku, sku: holder.sku });
    await store.saveVendorItems(tx, [item], ctx.now);
    const before = offers.of(item);
    await audit(tx, ctx, {
      action: "purchasing.vendor_item_saved",
      recordType: "vendor",
      recordId: vendorId,
      recordCode: vendor.code,
      ...(before === undefined ? {} : { before }),
      after: input,
    });
    return ok({ skuId: sku.skuId });
  });
}

/** Takes a SKU off what a vendor offers; orders keep theirs. Refusals: NOT_ALLOWED, NOT_FOUND. */
export function removeVendorItem(ctx: Ctx, vendorId: VendorId, skuId: SkuId): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const may = mayEditVendors(ctx);
    if (!may.ok) return may;
    const vendor = await store.lockVendor(tx, vendorId);
    const [before] = await store.offersMeeting(tx, [{ vendorId, skuId, vendorSku: null }]);
    if (vendor === undefined || !(await store.deleteVendorItem(tx, vendorId, skuId)))
      return refuse("NOT_FOUND", { what: "offer of that vendor", id: skuId });
    await audit(tx, ctx, {
      action: "purchasing.vendor_item_removed",
      recordType: "vendor",
      recordId: vendorId,
      recordCode: vendor.code,
      before,
    });
    return ok();
  });
}
