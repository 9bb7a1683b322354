import { z } from "zod";
import { movePackages } from "../fulfilment/index.ts";
import { assert, type ChannelId, type SaleOrderItemId } from "../kernel/index.ts";
import { openExceptions } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueueAll, job } from "../platform/jobs.ts";
import { openCasesOf, turnedBackFor, unmarkReturned } from "./call-off.store.ts";
import { type CaseUnit, callOffExpected, type LockedCase, packagesOfCases, unitsOfCases } from "./case.store.ts";
import { note, reachCase, tell } from "./case-record.ts";
import { callOffCourier } from "./courier/want.ts";
import { EXPECTED_STATES, type ReturnCaseId, returnLifecycle } from "./return-case.ts";

export const callOffJob = job("returns.call_off", {
  payload: z.object({ returnCaseId: z.uuid() }),
  key: (payload) => payload.returnCaseId,
  attemptsMax: 12,
});

/** Returns that a channel names by its own ids will not come: those that are expected here are called off in the background. */
export async function callOffReturns(tx: Tx, channelId: ChannelId, channelReturnIds: readonly string[]): Promise<void> {
  if (channelReturnIds.length === 0) return;
  const open = await openCasesOf(tx, channelId, channelReturnIds, EXPECTED_STATES);
  await enqueueAll(
    tx,
    callOffJob,
    open.map((returnCaseId) => ({ returnCaseId })),
  );
}

const WORD = { reason: "called off on the channel" };

/**
 * The channel that announced a return has called it off. A reverse pickup that no courier has is cancelled, its courier and
 * number with it; an undelivered parcel is on its way to the buyer again. Where the goods are with a courier, or somebody
 * else expects them too, nothing changes and a person is told, once. What is over stays as it is.
 */
export function callOffReturn(ctx: Ctx, id: ReturnCaseId): Promise<void> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCase(tx, ctx, id);
    if (!reached.ok || !EXPECTED_STATES.includes(reached.value.state)) return;
    const found = reached.value;
    const units = (await unitsOfCases(tx, [id])).filter((unit) => unit.state !== "CANCELLED");
    const because = whyNot(found, units);
    if (because !== null) return askPerson(tx, ctx, found, because);
    const unitIds: SaleOrderItemId[] = units.map((unit) => unit.unitId);
    await callOffExpected(tx, id, unitIds, { by: ctx.actor.name, ...WORD }, ctx.now);
    if (found.kind === "CIR") await callOffCourier(tx, ctx, id, "the reverse pickup was called off on the channel"); // which said so itself: it is not told
    await unmarkReturned(tx, found.saleOrderId, await packagesOfCases(tx, [id]));
    if (found.kind === "RTO") {
      const facts = { return: found.code, ...WORD };
      const moved = await movePackages(tx, ctx, await turnedBackFor(tx, id), "travelOn", { facts, untold: true });
      assert(moved.ok, "parcels that were locked and judged travel on");
    }
    await tell(tx, ctx, found, "RETURN_CALLED_OFF", { kind: found.kind, units: units.map((unit) => unit.code) });
    await note(tx, ctx, found, "called_off", {
      before: { state: found.state },
      after: { state: "CANCELLED", ...WORD },
    });
  });
}

/** Why a return is not called off by the channel's word alone, in words; null: it is. Pure. */
function whyNot(
  found: Pick<LockedCase, "kind" | "state" | "announcedVia">,
  units: readonly Pick<CaseUnit, "state" | "insteadState">[],
): string | null {
  const event = found.kind === "CIR" ? "cancel" : "callOff";
  if (!returnLifecycle.may(event, found.state)) return "its courier has the goods";
  if (found.announcedVia === "PERSON") return "a person expects it too";
  if (found.announcedVia === "COURIER") return "its courier says that it comes back";
  if (units.some((unit) => unit.insteadState === "ACCEPTED")) return "something is sent instead of it";
  if (units.some((unit) => unit.state !== "EXPECTED")) return "a part of it is here";
  return null;
}

function askPerson(tx: Tx, ctx: Ctx, found: LockedCase, because: string): Promise<void> {
  const { channelId, saleOrderId, orderCode: order, code } = found;
  const facts = { order, return: code, because };
  return openExceptions(tx, ctx, [
    { kind: "RETURN_CALLED_OFF", channelId, saleOrderId, key: found.returnCaseId, facts },
  ]);
}
