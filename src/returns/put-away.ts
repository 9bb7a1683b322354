import { sourceOf } from "../channels/index.ts";
import { lockForMove } from "../fulfilment/index.ts";
import { assert, type SaleOrderItemId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { Grade, PutawayItem, PutawayKind } from "../putaway/index.ts";
import {
  type CaseUnit,
  type LockedCase,
  lockCases,
  packagesOfCases,
  saveCaseState,
  savePutAway,
  unitsOfCases,
} from "./case.store.ts";
import { returnReadyForCreditNote } from "./hooks.ts";
import { type ReturnCaseId, returnLifecycle } from "./return-case.ts";
import { settleReturn } from "./settle.ts";

/** Lists on which returns lie. */
const KINDS = [
  "PUTAWAY_COURIER_RETURNED_ITEMS",
  "PUTAWAY_RECEIVED_RETURNS",
  "PUTAWAY_REVERSE_PICKUP_ITEM",
] as const satisfies PutawayKind[];
export type ReturnPutaway = (typeof KINDS)[number];
export const RETURN_PUTAWAYS: ReadonlySet<PutawayKind> = new Set(KINDS);

/** Takes note of returned units that were put away; a return of which the last is on its shelf waits for its credit note. */
export async function returnsPutAway(
  tx: Tx,
  ctx: Ctx,
  done: { putaway: { readonly kind: PutawayKind }; items: readonly PutawayItem[] },
): Promise<void> {
  if (!RETURN_PUTAWAYS.has(done.putaway.kind)) return;
  const units = done.items.flatMap(({ sourceId, unitId, grade }) =>
    sourceId === null || unitId === null || grade === null
      ? []
      : [{ returnCaseId: sourceId as ReturnCaseId, unitId, grade }],
  ); // units of these lists were brought by returns alone (`receiveUnits`)
  if (units.length === 0) return;
  const ids = [...new Set(units.map((unit) => unit.returnCaseId))];
  await lockForMove(tx, await packagesOfCases(tx, ids));
  const cases = await lockCases(tx, ids);
  await savePutAway(tx, units, ctx.now);
  await goOn(tx, ctx, cases);
}

/**
 * Carries locked returns on as far as their units are: on their shelves all of them, then to the credit note. Nothing to
 * credit (all units are missing, or the source makes no note): done at once.
 */
export async function goOn(tx: Tx, ctx: Ctx, cases: readonly LockedCase[]): Promise<void> {
  const received = cases.filter((each) => each.state === "RECEIVED");
  const byCase = Map.groupBy(
    await unitsOfCases(
      tx,
      received.map((each) => each.returnCaseId),
    ),
    (unit) => unit.returnCaseId,
  );
  for (const each of received) {
    const units = byCase.get(each.returnCaseId) ?? [];
    if (units.some((unit) => unit.state === "EXPECTED" || unit.state === "RECEIVED")) continue;
    await becomeReady(tx, ctx, each, units);
  }
}

async function becomeReady(tx: Tx, ctx: Ctx, found: LockedCase, units: readonly CaseUnit[]): Promise<void> {
  const { returnCaseId, code, kind, saleOrderId, channelId, channelReturnId } = found;
  await saveCaseState(tx, returnCaseId, returnLifecycle.events.putAway.to, ctx.now);
  const back = units.flatMap(({ state, unitId, packageId, grade }): Back[] =>
    state === "PUT_AWAY" && grade !== null ? [{ unitId, packageId, grade }] : [],
  );
  if (back.length === 0 || sourceOf(found.source).rules.creditNoteBy === "none") {
    const settled = await settleReturn(tx, ctx, returnCaseId, { creditNote: "none is due" });
    assert(settled.ok, "a return whose goods are on their shelves can be settled");
    return;
  }
  await saveCaseState(tx, returnCaseId, returnLifecycle.events.awaitInvoice.to, ctx.now);
  const ready = { returnCaseId, code, kind, saleOrderId, channelId, channelReturnId, units: back };
  await returnReadyForCreditNote(tx, ctx, ready);
}

interface Back {
  readonly unitId: SaleOrderItemId;
  readonly packageId: CaseUnit["packageId"];
  readonly grade: Grade;
}
