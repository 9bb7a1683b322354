import { audit } from "../identity/index.ts";
import { ok, type Result, refuse, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { mayWorkIn } from "../warehouse/index.ts";
import { expectBack } from "./expect-back.ts";
import { backParcels } from "./receive.store.ts";

/**
 * Expects a parcel back on a person's word (its courier told him). Said twice: no change. Refusals: NOT_FOUND,
 * RETURN_NOT_TRAVELLING.
 */
export function expectByPerson(
  ctx: Ctx,
  input: { shippingPackageId: ShippingPackageId; reason: string | null },
): Promise<Result<{ package: string; expected: boolean }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const ids = [input.shippingPackageId];
    const [before] = await backParcels(tx, ids);
    if (!before || !mayWorkIn(ctx, before.facilityId))
      return refuse("NOT_FOUND", { what: "package", id: ids[0] ?? "" });
    const expected = (await expectBack(tx, ctx, ids, { via: "PERSON", reason: input.reason })) > 0;
    const [now] = await backParcels(tx, ids);
    if (now?.state !== "RETURN_EXPECTED")
      return refuse("RETURN_NOT_TRAVELLING", { package: before.code, state: now?.state ?? before.state });
    if (expected)
      await audit(tx, ctx, {
        ...{ action: "returns.expected", recordType: "shipping_package", recordId: input.shippingPackageId },
        ...{
          recordCode: before.code,
          before: { state: before.state },
          after: { state: now.state, reason: input.reason },
        },
      });
    return ok({ package: before.code, expected });
  });
}
