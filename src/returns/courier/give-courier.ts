import { announce } from "../../events/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { type LockedCase, saveCaseState } from "../case.store.ts";
import { saveCourier } from "../reverse-pickup.store.ts";
import { tellReverse } from "../tell-reverse.ts";

/** Who collects a return, with his tracking number where he has given one. */
export interface Collector {
  readonly courierCode: string;
  readonly name: string;
  readonly awb: string | null;
}

/**
 * A reverse pickup has its courier: the one place where it is written, announced and told to the channel, whoever named him.
 * Partners and channels are told of a tracking number; without one there is nothing to tell. The return is locked and may be
 * given a courier.
 */
export async function giveCourier(
  tx: Tx,
  ctx: Ctx,
  found: Pick<LockedCase, "returnCaseId" | "kind" | "channelId" | "saleOrderId">,
  { courierCode, name, awb }: Collector,
): Promise<void> {
  const { returnCaseId } = found;
  await saveCourier(tx, returnCaseId, courierCode, awb);
  await saveCaseState(tx, returnCaseId, "COURIER_ALLOCATED", ctx.now);
  if (awb !== null) announce(tx, ctx, [{ kind: "RETURN_COURIER_ALLOCATED", returnCaseId, happenedAt: ctx.now }]);
  const courier = awb === null ? null : { code: courierCode, name, awb };
  await tellReverse(tx, ctx, found, "COURIER_ALLOCATED", { courier });
}
