import { ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueue } from "../../platform/jobs.ts";
import {
  awbFault,
  findCourierAccount,
  giveBackReturnNumber,
  providerByCode,
  type WaybillRow,
  waybills,
} from "../../shipping/index.ts";
import type { LockedCase } from "../case.store.ts";
import { note, reachCase, tell } from "../case-record.ts";
import { type ReturnCaseId, returnLifecycle } from "../return-case.ts";
import { settleAsk, wantCouriers } from "./ask.store.ts";
import { askReturnCouriersJob } from "./definitions.ts";
import { pickupFacts } from "./facts.store.ts";
import { giveCourier } from "./give-courier.ts";
import { forgetWatch } from "./tracking.store.ts";

/**
 * A person enters who collects a return, and his number: the number that it has of a courier goes back unless it is this one;
 * one typed for a courier that is asked by its API is followed like one that it gave. The return is locked and may be given a
 * courier. Refusals, in this order: RETURN_COURIER_ASKED_NOW, RETURN_NUMBER_UNSURE, AWB_TAKEN.
 */
export async function enterCourier(
  tx: Tx,
  ctx: Ctx,
  found: LockedCase,
  { courierCode, awb }: { readonly courierCode: string; readonly awb: string | null },
): Promise<Result<undefined>> {
  const { returnCaseId, code } = found;
  const provider = await providerByCode(tx, courierCode);
  const live = await waybills.lockLive(tx, { returnCaseId });
  if (live?.askingUntil && Temporal.Instant.compare(live.askingUntil, ctx.now) > 0)
    return refuse("RETURN_COURIER_ASKED_NOW", { return: code });
  const isUnsure = live !== undefined && live.state !== "GIVEN";
  // A number typed for the courier whose answer was lost is that answer.
  if (isUnsure && (awb === null || live.providerId !== provider?.providerId))
    return refuse("RETURN_NUMBER_UNSURE", { return: code, courier: live.providerCode });
  const isOwn = live?.state === "GIVEN" && live.providerId === provider?.providerId && live.awb === awb;
  if (!isOwn && !isUnsure) await giveBackReturnNumber(tx, ctx, returnCaseId, "another courier or number was entered");
  if (!isOwn && awb !== null && provider?.kind === "API" && awbFault(awb) === null) {
    const { providerId } = provider;
    if ((await waybills.lockNumber(tx, { providerId, awb })) !== undefined)
      return refuse("AWB_TAKEN", { awb, provider: provider.code });
    if (isUnsure) await becomeTyped(tx, live, awb, ctx);
    else if ((await findCourierAccount(tx, providerId)) !== undefined) {
      const subject = { returnCaseId };
      await waybills.insertTyped(tx, { providerId, subject, subjectCode: code, awb, by: ctx.actor.name }, ctx.now);
    }
  }
  if (!isOwn) await forgetWatch(tx, returnCaseId);
  await settleAsk(tx, returnCaseId, "DONE", ctx.now);
  await giveCourier(tx, ctx, found, { courierCode, name: provider?.name ?? courierCode, awb });
  return ok();
}

const becomeTyped = (tx: Tx, { waybillId }: WaybillRow, awb: string, ctx: Pick<Ctx, "now">) =>
  waybills.becomeGiven(tx, waybillId, { awb, carrier: null, routingCode: null, labelUrl: null }, null, ctx.now);

/**
 * A person says what became of a number whose answer was lost: the number that the courier's panel shows, or null for none.
 * The return goes on by itself; of one that is over the number goes back. Refusals: NOT_FOUND, RETURN_NUMBER_KNOWN,
 * WAYBILL_NUMBER_INVALID, AWB_TAKEN.
 */
export function settleReturnNumber(
  ctx: Ctx,
  id: ReturnCaseId,
  given: string | null,
): Promise<Result<{ readonly state: "GIVEN" | "REFUSED" }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCase(tx, ctx, id);
    if (!reached.ok) return reached;
    const found = reached.value;
    const live = await waybills.lockLive(tx, { returnCaseId: id });
    const cutOff = live?.askingUntil == null || Temporal.Instant.compare(live.askingUntil, ctx.now) <= 0;
    if (live === undefined || live.state === "GIVEN" || !cutOff)
      return refuse("RETURN_NUMBER_KNOWN", { return: found.code });
    const { providerId, providerCode: courier } = live;
    const awb = given?.trim() ?? null;
    if (awb === null) {
      const why = { code: null, words: `there is none at the courier, says ${ctx.actor.name}`, triesNext: false };
      await waybills.becomeRefused(tx, live.waybillId, why, null, ctx.now);
    } else {
      const words = awbFault(awb);
      if (words !== null) return refuse("WAYBILL_NUMBER_INVALID", { awb, words });
      if ((await waybills.lockNumber(tx, { providerId, awb })) !== undefined)
        return refuse("AWB_TAKEN", { awb, provider: courier });
      await becomeTyped(tx, live, awb, ctx);
    }
    await tell(tx, ctx, found, "REVERSE_NUMBER_SETTLED", { courier, awb });
    await note(tx, ctx, found, "courier_number_settled", { after: { courier, awb } });
    const [facts] = await pickupFacts(tx, [id]);
    if (!returnLifecycle.may("allocateCourier", found.state)) {
      await giveBackReturnNumber(tx, ctx, id, `the return is ${found.state}`);
      return ok({ state: awb === null ? "REFUSED" : "GIVEN" });
    }
    if (awb !== null && facts !== undefined && facts.awb === null)
      await giveCourier(tx, ctx, found, { courierCode: courier, name: courier, awb });
    if (awb !== null) await settleAsk(tx, id, "DONE", ctx.now);
    else {
      await wantCouriers(tx, [id], { providerId: null, by: ctx.actor.name }, ctx.now);
      await enqueue(tx, askReturnCouriersJob, {});
    }
    return ok({ state: awb === null ? "REFUSED" : "GIVEN" });
  });
}
