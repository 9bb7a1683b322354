import { audit } from "../identity/index.ts";
import { newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import * as store from "./vendor.store.ts";
import { checkVendor, type VendorId, type VendorInput } from "./vendor.ts";

/** Vendors belong to no facility: who works in some facilities alone orders from them, but does not change them. */
export function mayEditVendors(ctx: Pick<Ctx, "facilities">): Result<undefined> {
  return ctx.facilities === "all"
    ? ok()
    : refuse("NOT_ALLOWED", { permission: "purchasing.manage for all facilities" });
}

/**
 * Makes a vendor, or changes one when `id` is given; orders that exist keep the vendor as it was. Refusals: NOT_ALLOWED,
 * NOT_FOUND, those of `checkVendor`, VENDOR_CODE_TAKEN.
 */
export function saveVendor(
  ctx: Ctx,
  id: VendorId | null,
  input: VendorInput,
): Promise<Result<{ vendorId: VendorId; code: string }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const may = mayEditVendors(ctx);
    if (!may.ok) return may;
    const before = id === null ? undefined : await store.lockVendor(tx, id);
    if (id !== null && before === undefined) return refuse("NOT_FOUND", { what: "vendor", id });
    const checked = checkVendor(input, { sandbox: await store.isSandbox(tx) });
    if (!checked.ok) return checked;
    const vendor = checked.value;
    const holders = await store.lockVendorsByCodes(tx, [vendor.code]);
    if (holders.some((holder) => holder.vendorId !== id)) return refuse("VENDOR_CODE_TAKEN", { code: vendor.code });
    const vendorId = id ?? newId<"Vendor">();
    const written = { ...vendor, vendorId };
    if (before !== undefined) await store.updateVendors(tx, [written], ctx.now);
    else if ((await store.insertVendors(tx, [written], ctx.now)).size === 0)
      return refuse("VENDOR_CODE_TAKEN", { code: vendor.code }); // made by somebody else in the same moment
    await audit(tx, ctx, {
      action: before === undefined ? "purchasing.vendor_created" : "purchasing.vendor_changed",
      recordType: "vendor",
      recordId: vendorId,
      recordCode: vendor.code,
      ...(before === undefined ? {} : { before }),
      after: vendor,
    });
    return ok({ vendorId, code: vendor.code });
  });
}
