import { announce } from "../events/index.ts";
import { lockForMove, lockPackages, movePackages, packageLifecycle } from "../fulfilment/index.ts";
import { assert, newId, ok, type Result, refuse, type ShippingPackageId } from "../kernel/index.ts";
import { writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { lockCases, packagesAllBack, packagesOfCases, saveCaseState, saveSettled, unitsOfCases } from "./case.store.ts";
import { type ReturnCaseId, returnLifecycle } from "./return-case.ts";
import { tellReverse } from "./tell-reverse.ts";

/**
 * Ends a return, in the transaction in which its credit note exists: its units are RETURNED (or sent anew, where something
 * went instead), its packages too when nothing of them is still to come, the return is COMPLETED. Said twice: no change.
 * Refusals: NOT_FOUND, RETURN_STATE (goods are not all on their shelves).
 */
export async function settleReturn(
  tx: Tx,
  ctx: Ctx,
  returnCaseId: ReturnCaseId,
  facts: Readonly<Record<string, unknown>> = {},
): Promise<Result<{ changed: boolean }>> {
  const packageIds = await packagesOfCases(tx, [returnCaseId]);
  await lockForMove(tx, packageIds);
  const [found] = await lockCases(tx, [returnCaseId]);
  if (!found) return refuse("NOT_FOUND", { what: "return", id: returnCaseId });
  if (found.state === "COMPLETED") return ok({ changed: false });
  if (!returnLifecycle.may("complete", found.state))
    return refuse("RETURN_STATE", {
      return: found.code,
      state: found.state,
      needed: returnLifecycle.from("complete").join(" or "),
    });
  const units = (await unitsOfCases(tx, [returnCaseId])).filter((unit) => unit.state === "PUT_AWAY");
  await saveSettled(tx, returnCaseId, ctx.now);
  await saveCaseState(tx, returnCaseId, "COMPLETED", ctx.now);
  await writeEvents(
    tx,
    [
      {
        id: newId(),
        saleOrderId: found.saleOrderId,
        packageId: packageIds.length === 1 ? packageIds[0] : null,
        kind: "RETURN_COMPLETED",
        facts: { return: found.code, kind: found.kind, units: units.map((unit) => unit.code), ...facts },
      },
    ],
    ctx.actor,
    ctx.now,
  );
  if (units.length > 0) announce(tx, ctx, [{ kind: "RETURN_COMPLETED", returnCaseId, happenedAt: ctx.now }]);
  await (units.length > 0
    ? tellReverse(tx, ctx, found, "COMPLETE", { of: ["RETURNED"] })
    : tellReverse(tx, ctx, found, "NOT_RECEIVED", { of: ["MISSING", "LOST"] }));
  await closePackages(tx, ctx, packageIds, found.code);
  return ok({ changed: true });
}

/** Makes RETURNED those of the packages, locked by the caller, of which nothing is still to come. */
export async function closePackages(
  tx: Tx,
  ctx: Ctx,
  packageIds: readonly ShippingPackageId[],
  returnCode: string,
): Promise<void> {
  const back = await packagesAllBack(tx, packageIds);
  const due = (await lockPackages(tx, back)).filter((parcel) => packageLifecycle.may("returned", parcel.state));
  const moved = await movePackages(
    tx,
    ctx,
    due.map((parcel) => parcel.shippingPackageId),
    "returned",
    { facts: { return: returnCode }, unitsStay: true },
  );
  assert(moved.ok, "packages that were locked and judged may be returned");
}
