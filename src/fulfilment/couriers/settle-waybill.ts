import { audit } from "../../identity/index.ts";
import { newId, ok, type Result, refuse } from "../../kernel/index.ts";
import { writeEvents } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueue } from "../../platform/jobs.ts";
import { awbFault, giveBackNumbers, type WaybillId, type WaybillRow, waybills } from "../../shipping/index.ts";
import { askCourierStepsJob } from "../channel-steps/definitions.ts";
import { leaveToJob } from "../channel-steps/store.ts";
import { lockForMove } from "../lock.store.ts";
import { awbElsewhere, reachable, stepPackages } from "../steps.store.ts";

/**
 * A person says what became of a tracking number whose answer was lost: the number that the courier's panel shows, or null
 * for none. The package is labelled with it by itself, or it is given back where the package is over.
 * Refusals: NOT_FOUND, WAYBILL_NOT_UNSURE, WAYBILL_NUMBER_INVALID, AWB_TAKEN.
 */
export function settleWaybill(
  ctx: Ctx,
  waybillId: WaybillId,
  given: string | null,
): Promise<Result<{ readonly state: "GIVEN" | "REFUSED" }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const seen = await waybills.findWaybill(tx, waybillId);
    const id = seen?.packageId ?? null;
    // That of a customer's return is settled on the return's page.
    if (seen === undefined || id === null || (await reachable(tx, ctx, [id])).length === 0)
      return refuse("NOT_FOUND", { what: "tracking number of a courier", id: waybillId });
    await lockForMove(tx, [id]); // packages before their numbers, as everywhere
    const waybill = await waybills.lockWaybill(tx, waybillId);
    if (waybill === undefined || !isUnsure(waybill, ctx))
      return refuse("WAYBILL_NOT_UNSURE", { package: seen.subjectCode, state: waybill?.state ?? seen.state });
    const now = ctx.clock.now();
    const awb = given?.trim() ?? null;
    if (awb === null) {
      const words = `there is none at the courier, says ${ctx.actor.name}`;
      const why = { code: null, words, triesNext: false };
      await waybills.becomeRefused(tx, waybillId, why, null, now);
    } else {
      const written = await takeNumber(tx, waybill, awb, now);
      if (!written.ok) return written;
    }
    await record(tx, ctx, waybill, awb);
    await goOn(tx, ctx, waybill, id);
    return ok({ state: awb === null ? "REFUSED" : "GIVEN" });
  });
}

function isUnsure(waybill: WaybillRow, ctx: Ctx): boolean {
  if (waybill.state === "UNSURE") return true;
  const { askingUntil } = waybill;
  return askingUntil !== null && Temporal.Instant.compare(askingUntil, ctx.clock.now()) <= 0;
}

async function takeNumber(tx: Tx, waybill: WaybillRow, awb: string, at: Temporal.Instant): Promise<Result<undefined>> {
  const { waybillId, providerId, providerCode: provider, packageId } = waybill;
  const words = awbFault(awb);
  if (words !== null) return refuse("WAYBILL_NUMBER_INVALID", { awb, words });
  const holder = await waybills.lockNumber(tx, { providerId, awb });
  const elsewhere = packageId !== null && (await awbElsewhere(tx, { providerId, awb, except: packageId }));
  if (holder !== undefined || elsewhere) return refuse("AWB_TAKEN", { awb, provider });
  await waybills.becomeGiven(tx, waybillId, { awb, carrier: null, routingCode: null, labelUrl: null }, null, at);
  return ok();
}

/** A package that is still to be labelled goes on by itself; one that is over gives the number back. */
async function goOn(tx: Tx, ctx: Ctx, { providerId }: WaybillRow, id: NonNullable<WaybillRow["packageId"]>) {
  const parcel = (await stepPackages(tx, [id])).get(id);
  if (parcel?.state === "CANCELLED") {
    await giveBackNumbers(tx, ctx, [id], { reason: "the package was cancelled" });
    return;
  }
  if (parcel?.state !== "PACKED") return;
  await leaveToJob(tx, [id], "LABEL", { by: ctx.actor.name, thenLabel: false, providerId }, ctx.clock.now());
  await enqueue(tx, askCourierStepsJob, { providerId });
}

async function record(tx: Tx, ctx: Ctx, waybill: WaybillRow, awb: string | null): Promise<void> {
  const { packageId, providerId, providerCode: courier, subjectCode } = waybill;
  const parcel = packageId === null ? undefined : (await stepPackages(tx, [packageId])).get(packageId);
  if (parcel !== undefined) {
    const facts = { package: parcel.code, courier, awb };
    const event = { id: newId(), saleOrderId: parcel.saleOrderId, packageId, kind: "COURIER_NUMBER_SETTLED", facts };
    await writeEvents(tx, [event], ctx.actor, ctx.now);
  }
  await audit(tx, ctx, {
    action: "shipments.courier_number_settled",
    recordType: "shipping_provider",
    recordId: providerId,
    recordCode: courier,
    after: { shipment: subjectCode, awb },
  });
}
