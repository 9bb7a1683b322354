import { audit } from "../../identity/index.ts";
import { type Entry, post } from "../../inventory/index.ts";
import { newId, ok, type Result } from "../../kernel/index.ts";
import { writeEvents } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { movePackages } from "../move.ts";
import { settlePicks } from "../shelves.store.ts";
import { lockPackages } from "../store.ts";
import {
  decideNotFound,
  type Missing,
  type NotFound,
  type OpenPick,
  type Picklist,
  type PicklistId,
} from "./picklist.ts";
import { reachPicklist } from "./reach-picklist.ts";
import { closeDonePicklists, writeUnfulfillable } from "./store.ts";

/**
 * Pieces were not found at their shelf. The stock there is counted as not found until somebody looks for it; the units of
 * the furthest deadline leave their packages, wait for stock, and are allocated anew as soon as there is some. A package
 * that loses its last unit is cancelled; an order that ships whole or not at all leaves the list with all of its parcel.
 * Refusals: NOT_FOUND, those of `decideNotFound`, NOT_ENOUGH_STOCK (the shelf has fewer in the books by now).
 */
export function reportNotFound(
  ctx: Ctx,
  input: { picklistId: PicklistId } & Missing,
): Promise<Result<{ waiting: string[]; putBack: string[] }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPicklist(tx, ctx, input.picklistId);
    if (!reached.ok) return reached;
    const { list, picks } = reached.value;
    const decision = decideNotFound(list, picks, input);
    if (!decision.ok) return decision;
    const { missing, released } = decision.value;
    const leaving = [...missing, ...released];
    const posted = await post(tx, ctx, entriesOf(list, decision.value));
    if (!posted.ok) return posted;
    await settlePicks(tx, idsOf(missing), "NOT_FOUND", ctx.now);
    await settlePicks(tx, idsOf(released), "PUT_BACK", ctx.now);
    await writeUnfulfillable(tx, idsOf(leaving), ctx.now);
    await writeEvents(tx, eventsOf(list, decision.value), ctx.actor, ctx.now);
    const packageIds = [...new Set(leaving.map((pick) => pick.shippingPackageId))];
    const cancelled = await cancelEmptied(tx, ctx, packageIds);
    if (!cancelled.ok) return cancelled;
    await closeDonePicklists(tx, packageIds, ctx.actor.name, ctx.now);
    await audit(tx, ctx, {
      action: "fulfilment.picklist_not_found",
      recordType: "picklist",
      recordId: list.picklistId,
      recordCode: list.code,
      after: { sku: missing[0]?.sku, shelf: missing[0]?.shelf, quantity: missing.length },
    });
    return ok({
      waiting: missing.map((pick) => pick.unitCode),
      putBack: released.map((pick) => `${pick.sku} to ${pick.shelf ?? "made to order"}`),
    });
  });
}

function idsOf(picks: readonly OpenPick[]) {
  return picks.map((pick) => pick.unitId);
}

async function cancelEmptied(
  tx: Tx,
  ctx: Ctx,
  packageIds: readonly OpenPick["shippingPackageId"][],
): Promise<Result<unknown>> {
  const emptied = (await lockPackages(tx, packageIds)).filter((parcel) => parcel.units === 0);
  return movePackages(
    tx,
    ctx,
    emptied.map((parcel) => parcel.shippingPackageId),
    "cancel",
    { facts: { reason: "its goods were not found" } },
  );
}

/** What is missing moves to "not found" on its shelf; what was blocked for the units is blocked no more. */
function entriesOf(list: Picklist, { missing, released }: NotFound): Entry[] {
  const of = (pick: OpenPick) => ({
    facilityId: list.facilityId,
    skuId: pick.skuId,
    causeType: "sale_order_item",
    causeId: pick.unitId,
    note: `pick list ${list.code}`,
  });
  return [
    ...missing.flatMap((pick): Entry[] => [
      { ...of(pick), cause: "SHORTAGE", bucket: "blocked", shelfId: null, quantity: -1 },
      { ...of(pick), cause: "SHORTAGE", bucket: "good", shelfId: pick.shelfId, quantity: -1 },
      { ...of(pick), cause: "SHORTAGE", bucket: "not_found", shelfId: pick.shelfId, quantity: 1 },
    ]),
    ...released.map(
      (pick): Entry => ({
        ...of(pick),
        cause: "RELEASE",
        bucket: "blocked",
        shelfId: null,
        quantity: -1,
      }),
    ),
  ];
}

function eventsOf(list: Picklist, { missing, released }: NotFound): unknown[] {
  const groups = Map.groupBy([...missing, ...released], (pick) => pick.shippingPackageId);
  return [...groups.values()].flatMap((picks) =>
    picks[0]
      ? [
          {
            id: newId(),
            saleOrderId: picks[0].saleOrderId,
            packageId: picks[0].shippingPackageId,
            kind: "UNITS_NOT_FOUND",
            facts: {
              picklist: list.code,
              package: picks[0].packageCode,
              notFound: picks.filter((pick) => missing.includes(pick)).map((pick) => pick.unitCode),
              putBack: picks.filter((pick) => released.includes(pick)).map((pick) => pick.unitCode),
              shelf: missing[0]?.shelf ?? null,
            },
          },
        ]
      : [],
  );
}
