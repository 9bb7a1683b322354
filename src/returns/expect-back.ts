import { announce } from "../events/index.ts";
import { lockForMove, lockPackages, movePackages, packageLifecycle } from "../fulfilment/index.ts";
import {
  assert,
  newId,
  ok,
  type Result,
  refuse,
  type SaleOrderItemId,
  type ShippingPackageId,
} from "../kernel/index.ts";
import { writeEvents } from "../orders/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { callOffExpected, giveUpUnits, lockCases, lockUnitCases } from "./case.store.ts";
import { goOn } from "./put-away.ts";
import { backParcels } from "./receive.store.ts";
import { closePackages } from "./settle.ts";
import { insertCase } from "./store.ts";

/**
 * Expects parcels back that a courier or a person says have turned round: RETURN_EXPECTED, each with a return. Those that are
 * expected already, or do not travel any more, stay as they are. Gives how many are expected now for the first time.
 */
export async function expectBack(
  tx: Tx,
  ctx: Ctx,
  packageIds: readonly ShippingPackageId[],
  word: {
    readonly via: "COURIER" | "PERSON";
    readonly reason: string | null;
    /** Tracking number of the way back, where it has one of its own. */
    readonly awb?: string | null;
  },
): Promise<number> {
  await lockForMove(tx, packageIds);
  const travelling = (await lockPackages(tx, packageIds)).filter((p) => packageLifecycle.may("turnBack", p.state));
  const ids = travelling.map((parcel) => parcel.shippingPackageId);
  const parcels = await backParcels(tx, ids);
  const codes = await takeCodes(tx, "RETURN:RTO", "RTO-", parcels.length);
  for (const [i, parcel] of parcels.entries()) {
    const unitIds = parcel.units.filter((unit) => unit.returnCaseId === null).map((unit) => unit.unitId);
    const code = codes[i] ?? "";
    if (unitIds.length === 0) continue;
    const returnCaseId = newId<"ReturnCase">();
    await insertCase(
      tx,
      {
        ...{ returnCaseId, code, channelId: parcel.channelId, saleOrderId: parcel.saleOrderId },
        ...{ shippingPackageId: parcel.shippingPackageId, kind: "RTO", state: "RETURN_EXPECTED", unitIds },
        ...{ channelReturnId: null, reason: word.reason, courierCode: null, awb: word.awb ?? null, warehouse: null },
        ...{ via: word.via, announcedAt: ctx.now },
      },
      ctx.now,
    );
    announce(tx, ctx, [{ kind: "RETURN_CREATED", returnCaseId, happenedAt: ctx.now }]);
    await writeEvents(
      tx,
      [
        {
          ...{ id: newId(), saleOrderId: parcel.saleOrderId, packageId: parcel.shippingPackageId },
          kind: "RETURN_ANNOUNCED",
          facts: {
            return: code,
            kind: "RTO",
            reason: word.reason,
            via: word.via,
            units: parcel.units.map((u) => u.code),
          },
        },
      ],
      ctx.actor,
      ctx.now,
    );
  }
  const moved = await movePackages(tx, ctx, ids, "turnBack");
  assert(moved.ok, "parcels that were locked and judged may turn back");
  return ids.length;
}

/** A parcel that was expected back was delivered after all: nobody expects it any more. Refuses PACKAGE_STATE where it came back meanwhile. */
export async function deliveredAfterAll(tx: Tx, ctx: Ctx, packageId: ShippingPackageId): Promise<Result<undefined>> {
  await lockForMove(tx, [packageId]);
  const [parcel] = await backParcels(tx, [packageId]);
  if (!parcel) return refuse("NOT_FOUND", { what: "package", id: packageId });
  const expected = parcel.units.filter((unit) => unit.itemState === "EXPECTED" && unit.returnKind === "RTO");
  const cases = [...new Set(expected.flatMap((unit) => unit.returnCaseId ?? []))];
  await lockCases(tx, cases);
  const word = { by: ctx.actor.name, reason: "delivered after all" };
  for (const id of cases) {
    const units = expected.filter((unit) => unit.returnCaseId === id).map((unit) => unit.unitId);
    await callOffExpected(tx, id, units, word, ctx.now);
  }
  const moved = await movePackages(tx, ctx, [packageId], "deliverAfterAll", {
    facts: { returns: [...new Set(expected.map((unit) => unit.returnCode ?? ""))] },
  });
  return moved.ok ? ok() : moved;
}

/** Gives up a unit that its parcel came without: the parcel is done without it. One that was found meanwhile stays as it is. */
export async function giveUpMissing(tx: Tx, ctx: Ctx, unitId: SaleOrderItemId): Promise<Result<undefined>> {
  const found = await lockUnitCases(tx, unitId);
  const lost = found.filter((each) => each.state === "MISSING");
  const [first] = lost;
  if (!first) return ok();
  await giveUpUnits(tx, unitId);
  if (first.packageId !== null) {
    await lockForMove(tx, [first.packageId]);
    await closePackages(tx, ctx, [first.packageId], first.returnCode);
  }
  await goOn(
    tx,
    ctx,
    await lockCases(
      tx,
      lost.map((each) => each.returnCaseId),
    ),
  );
  return ok();
}
