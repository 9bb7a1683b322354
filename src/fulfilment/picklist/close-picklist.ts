import { audit } from "../../identity/index.ts";
import { ok, type Result, refuse, type ShippingPackageId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { movePackages } from "../move.ts";
import { settlePicks } from "../shelves.store.ts";
import { decideOpen, type OpenPick, type Picklist, type PicklistId } from "./picklist.ts";
import { reachPicklist } from "./reach-picklist.ts";
import { closeDonePicklists, saveClosed } from "./store.ts";

/** What is carried back to where. */
export interface PutBack {
  readonly sku: string;
  readonly shelf: string | null;
  readonly quantity: number;
}

/**
 * Closes a pick list by hand: shipments that are not invoiced are CREATED again and their goods go back to the shelves
 * they came from (the ledger counted them there all along). Refusals: NOT_FOUND, PICKLIST_CLOSED.
 */
export function closePicklist(ctx: Ctx, picklistId: PicklistId): Promise<Result<{ putBack: PutBack[] }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPicklist(tx, ctx, picklistId);
    if (!reached.ok) return reached;
    const { list, picks } = reached.value;
    const open = decideOpen(list);
    if (!open.ok) return open;
    const moved = await putPicksBack(tx, ctx, list, picks);
    if (!moved.ok) return moved;
    await saveClosed(tx, picklistId, ctx.actor.name, ctx.now);
    await audit(tx, ctx, {
      action: "fulfilment.picklist_closed",
      recordType: "picklist",
      recordId: picklistId,
      recordCode: list.code,
      before: { state: list.state },
      after: { state: "CLOSED", putBack: [...new Set(picks.map((p) => p.packageCode))] },
    });
    return ok({ putBack: linesOf(picks) });
  });
}

/**
 * Puts chosen shipments of a pick list back: they are CREATED again; the list goes on with the others, and closes when
 * none is left. Refusals: NOT_FOUND, PICKLIST_CLOSED, PICK_PACKAGES_NOT_ON_LIST.
 */
export function putBackPackages(
  ctx: Ctx,
  input: { picklistId: PicklistId; packageIds: readonly ShippingPackageId[] },
): Promise<Result<{ putBack: PutBack[] }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPicklist(tx, ctx, input.picklistId);
    if (!reached.ok) return reached;
    const { list, picks } = reached.value;
    const open = decideOpen(list);
    if (!open.ok) return open;
    const missing = input.packageIds.filter((id) => !picks.some((pick) => pick.shippingPackageId === id));
    if (missing.length > 0) return refuse("PICK_PACKAGES_NOT_ON_LIST", { count: missing.length, picklist: list.code });
    const chosen = picks.filter((pick) => input.packageIds.includes(pick.shippingPackageId));
    const moved = await putPicksBack(tx, ctx, list, chosen);
    if (!moved.ok) return moved;
    await closeDonePicklists(tx, input.packageIds, ctx.actor.name, ctx.now);
    await audit(tx, ctx, {
      action: "fulfilment.picklist_put_back",
      recordType: "picklist",
      recordId: list.picklistId,
      recordCode: list.code,
      after: { packages: [...new Set(chosen.map((pick) => pick.packageCode))] },
    });
    return ok({ putBack: linesOf(chosen) });
  });
}

async function putPicksBack(tx: Tx, ctx: Ctx, list: Picklist, picks: readonly OpenPick[]): Promise<Result<undefined>> {
  const ids = [...new Set(picks.map((pick) => pick.shippingPackageId))];
  const moved = await movePackages(tx, ctx, ids, "putBack", { facts: { picklist: list.code } });
  if (!moved.ok) return moved;
  await settlePicks(
    tx,
    picks.map((pick) => pick.unitId),
    "PUT_BACK",
    ctx.now,
  );
  return ok();
}

function linesOf(picks: readonly OpenPick[]): PutBack[] {
  const groups = Map.groupBy(picks, (pick) => `${pick.shelfId} ${pick.skuId}`);
  return [...groups.values()].flatMap(([first, ...others]) =>
    first ? [{ sku: first.sku, shelf: first.shelf, quantity: 1 + others.length }] : [],
  );
}
