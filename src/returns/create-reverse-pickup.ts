import { skusByCodes } from "../catalog/index.ts";
import { sourceOf } from "../channels/index.ts";
import { announce } from "../events/index.ts";
import { findOrderById, lockForMove, lockUnits, packagesOfLines } from "../fulfilment/index.ts";
import { assert, newId, ok, type Result, refuse, type SaleOrderId } from "../kernel/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import { facilityById } from "../warehouse/index.ts";
import { lockCases } from "./case.store.ts";
import { note, tell } from "./case-record.ts";
import { checkImages } from "./check-images.ts";
import { enterCourier } from "./courier/by-hand.ts";
import type { ReturnCaseId } from "./return-case.ts";
import { codeTaken, pickupCandidates, saveDetails, saveOffers, savePickupUnits } from "./reverse-pickup.store.ts";
import { decideByHand, decideUnitsBack, type PickupDetails, type PickupUnit } from "./reverse-pickup.ts";
import { insertCase } from "./store.ts";
import { tellReverse } from "./tell-reverse.ts";

export interface NewReversePickup extends PickupDetails {
  readonly saleOrderId: SaleOrderId;
  /** The seller's own code; made here when null. */
  readonly code: string | null;
  readonly units: readonly PickupUnit[];
  /** The courier that collects it, where it is known. */
  readonly courier: { readonly courierCode: string; readonly awb: string | null } | null;
}

/**
 * Creates a reverse pickup by hand. @param override the person holds the right to do so although the channel sends returns by
 * itself. Refusals, in this order: ORDER_NOT_FOUND, REVERSE_PICKUP_NOT_BY_HAND, REVERSE_PICKUP_UNITS_UNKNOWN,
 * REVERSE_PICKUP_UNITS, REVERSE_PICKUP_IMAGE, REPLACEMENT_SKU_UNKNOWN, NOT_FOUND (facility), REVERSE_PICKUP_CODE_TAKEN and those of `enterCourier`.
 */
export function createReversePickup(
  ctx: Ctx,
  wanted: NewReversePickup,
  override: boolean,
): Promise<Result<{ returnCaseId: ReturnCaseId; code: string }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const order = await findOrderById(tx, wanted.saleOrderId, ctx.facilities);
    if (!order) return refuse("ORDER_NOT_FOUND", { order: wanted.saleOrderId });
    const byHand = decideByHand(sourceOf(order.source), order.code, override);
    if (!byHand.ok) return byHand;
    const lines = [...new Set((await lockUnits(tx, order.saleOrderId)).map((unit) => unit.channelOrderItemId))];
    const parcels = await packagesOfLines(tx, order.saleOrderId, lines);
    await lockForMove(
      tx,
      parcels.map((parcel) => parcel.shippingPackageId),
    );
    const unitIds = wanted.units.map((unit) => unit.unitId);
    const units = decideUnitsBack(order.code, unitIds, await pickupCandidates(tx, order.saleOrderId));
    if (!units.ok) return units;
    const images = checkImages(wanted.units.flatMap((unit) => unit.imageUrls));
    if (!images.ok) return images;
    const codes = wanted.units.flatMap((unit) => unit.replacement?.sku ?? []);
    const skus = new Map((await skusByCodes(tx, [...new Set(codes)])).map((sku) => [sku.code, sku.skuId]));
    const unknown = codes.filter((code) => !skus.has(code));
    if (unknown.length > 0) return refuse("REPLACEMENT_SKU_UNKNOWN", { skus: [...new Set(unknown)] });
    if (wanted.returnFacilityId !== null && !(await facilityById(tx, wanted.returnFacilityId)))
      return refuse("NOT_FOUND", { what: "facility", id: wanted.returnFacilityId });
    if (wanted.code !== null && (await codeTaken(tx, wanted.code)))
      return refuse("REVERSE_PICKUP_CODE_TAKEN", { code: wanted.code });
    const [made] = wanted.code === null ? await takeCodes(tx, "RETURN:CIR", "RP-", 1) : [wanted.code];
    assert(made !== undefined, "a code that is asked for is given");
    const returnCaseId = newId<"ReturnCase">();
    await insertCase(
      tx,
      {
        ...{ returnCaseId, code: made, channelId: order.channelId, saleOrderId: order.saleOrderId, kind: "CIR" },
        ...{ state: "CREATED", unitIds, shippingPackageId: null, channelReturnId: null, reason: wanted.reason },
        ...{ courierCode: null, awb: null, warehouse: null, via: "PERSON", announcedAt: ctx.now },
      },
      ctx.now,
    );
    announce(tx, ctx, [{ kind: "RETURN_CREATED", returnCaseId, happenedAt: ctx.now }]);
    await saveDetails(tx, returnCaseId, wanted, ctx.now, ctx.actor.name);
    await savePickupUnits(tx, returnCaseId, wanted.units);
    const offers = wanted.units.flatMap(({ unitId, replacement }) => {
      const skuId = replacement && skus.get(replacement.sku);
      return skuId ? [{ unitId, skuId, price: replacement.price, instead: "REPLACEMENT" as const }] : [];
    });
    if (offers.length > 0) await saveOffers(tx, returnCaseId, offers);
    const told = { returnCaseId, kind: "CIR" as const, channelId: order.channelId, saleOrderId: order.saleOrderId };
    await tellReverse(tx, ctx, told, "CREATED");
    if (wanted.courier !== null) {
      const { courierCode, awb } = wanted.courier;
      const [fresh] = await lockCases(tx, [returnCaseId]);
      assert(fresh !== undefined, "a return that was just made is there");
      const entered = await enterCourier(tx, ctx, fresh, { courierCode, awb });
      if (!entered.ok) return entered;
    }
    const found = { returnCaseId, code: made, saleOrderId: order.saleOrderId };
    const facts = {
      reason: wanted.reason,
      units: unitIds.length,
      override,
      courier: wanted.courier?.courierCode ?? null,
    };
    await tell(tx, ctx, found, "REVERSE_PICKUP_CREATED", facts);
    await note(tx, ctx, found, override ? "reverse_pickup_created_by_override" : "reverse_pickup_created", {
      after: { order: order.code, ...facts },
    });
    return ok({ returnCaseId, code: made });
  });
}
