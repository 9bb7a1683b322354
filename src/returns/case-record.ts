import { lockForMove } from "../fulfilment/index.ts";
import { audit } from "../identity/index.ts";
import { newId, ok, type Result, refuse } from "../kernel/index.ts";
import { writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { mayWorkIn } from "../warehouse/index.ts";
import { type LockedCase, lockCases, packagesOfCases } from "./case.store.ts";
import type { ReturnCaseId } from "./return-case.ts";
import { facilitiesOfCases } from "./reverse-pickup.store.ts";

/** A return within reach, locked with its orders, units and packages. Refuses NOT_FOUND. */
export async function reachCase(tx: Tx, ctx: Ctx, id: ReturnCaseId): Promise<Result<LockedCase>> {
  const [found] = await reachCases(tx, ctx, [id]);
  return found ? ok(found) : refuse("NOT_FOUND", { what: "return", id });
}

/** Those of these returns that are within reach, locked with their orders, units and packages. */
export async function reachCases(tx: Tx, ctx: Ctx, ids: readonly ReturnCaseId[]): Promise<LockedCase[]> {
  const facilities = await facilitiesOfCases(tx, ids);
  const within = ids.filter(
    (id) => ctx.facilities === "all" || facilities.get(id)?.some((facilityId) => mayWorkIn(ctx, facilityId)),
  );
  if (within.length === 0) return [];
  await lockForMove(tx, await packagesOfCases(tx, within));
  return lockCases(tx, within);
}

/** An entry on the order's timeline about a return. */
export function tell(
  tx: Tx,
  ctx: Ctx,
  found: Pick<LockedCase, "saleOrderId" | "code">,
  kind: string,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const event = {
    id: newId(),
    saleOrderId: found.saleOrderId,
    packageId: null,
    kind,
    facts: { return: found.code, ...facts },
  };
  return writeEvents(tx, [event], ctx.actor, ctx.now);
}

/** An entry of the audit trail about a return. */
export function note(
  tx: Tx,
  ctx: Ctx,
  found: Pick<LockedCase, "returnCaseId" | "code">,
  what: string,
  facts: { before?: unknown; after?: unknown },
): Promise<void> {
  return audit(tx, ctx, {
    ...{ action: `returns.${what}`, recordType: "return_case", recordId: found.returnCaseId, recordCode: found.code },
    ...facts,
  });
}
