import type { ShippingPackageId } from "../kernel/index.ts";
import { exceptionKinds, openExceptions, settleExceptions } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { doubtKey } from "./cancel-rules.ts";
import { lateCancelsThatLeft, narrowDoubt } from "./cancelled-then-left.store.ts";

/**
 * Packages left just now. Where a person was asked about their units because the channel had cancelled them too late, it is
 * another question from now on: nothing is left to cancel here, and the goods may come back. The channel does not say it again.
 */
export async function askOfWhatLeft(tx: Tx, ctx: Ctx, packageIds: readonly ShippingPackageId[]): Promise<void> {
  for (const doubt of await lateCancelsThatLeft(tx, packageIds)) {
    const { kind, key, channelId, saleOrderId, left, leftWhere, dispatchedAt } = doubt;
    const units = left.map((unit) => unit.code);
    await openExceptions(tx, ctx, [
      {
        ...{ kind: "CANCEL_AFTER_DISPATCH", channelId, saleOrderId, key: doubtKey(saleOrderId, left) },
        facts: { ...doubt.facts, units, where: leftWhere, dispatchedAt: dispatchedAt?.toString() ?? null },
      },
    ]);
    const note = `It left before this was decided; asked anew as: ${exceptionKinds.CANCEL_AFTER_DISPATCH.title}`;
    if (doubt.here.length > 0) await narrowDoubt(tx, doubt);
    else await settleExceptions(tx, ctx, { kind, key, note });
  }
}
