import { findSource } from "../../channels/index.ts";
import type { ShippingPackageId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { creditReturn } from "./credit-return.ts";
import { returnsOfPackage } from "./store.ts";

/**
 * The invoice of a package came after it had left, its row locked by the caller. What of it came back meanwhile was put on its
 * shelves without a credit note, for there was nothing to give back; it is given back now, as with `creditReturn`.
 */
export async function creditLateInvoice(tx: Tx, ctx: Ctx, shippingPackageId: ShippingPackageId): Promise<void> {
  for (const { source, ...returned } of await returnsOfPackage(tx, shippingPackageId)) {
    if (findSource(source)?.rules.creditNoteBy === "none") continue;
    await creditReturn(tx, ctx, returned);
  }
}
