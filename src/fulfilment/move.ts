import { announce, type ShipmentEventKind } from "../events/index.ts";
import { type Instant, newId, ok, type Refusal, type Result, refuse, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { giveBackNumbers } from "../shipping/index.ts";
import { askOfWhatLeft } from "./cancelled-then-left.ts";
import { lockForMove } from "./lock.store.ts";
import { queueStateNotices } from "./notices.ts";
import { closeDonePicklists } from "./picklist/store.ts";
import { type PackageEvent, packageLifecycle, UNITS_HELD, unitStateIn } from "./shipping-package.ts";
import { type LockedPackage, lockPackages, settleOrders, writeMove } from "./store.ts";

/** Events that a held order or a waiting cancellation stops; what happens outside (delivery, returns) goes on. */
const STOPPED_BY_HOLD: ReadonlySet<PackageEvent> = new Set<PackageEvent>([
  "pick",
  "receive",
  "pack",
  "label",
  "manifest",
  "dispatch",
]);

/** What partners are told of when a package goes through an event. */
const TOLD: Partial<Record<PackageEvent, ShipmentEventKind>> = {
  label: "SHIPMENT_READY",
  dispatch: "SHIPMENT_DISPATCHED",
  adopt: "SHIPMENT_DISPATCHED",
  deliver: "SHIPMENT_DELIVERED",
  deliverAfterAll: "SHIPMENT_DELIVERED",
};

/** Whether packages may go through an event now. Pure. The first refusal that holds is told, naming every package it holds for. */
export function decideMove(
  wanted: readonly ShippingPackageId[],
  found: readonly LockedPackage[],
  event: PackageEvent,
): Result<undefined> {
  const missing = wanted.filter((id) => !found.some((p) => p.shippingPackageId === id));
  if (missing.length > 0) return refuse("PACKAGE_NOT_FOUND", { packages: missing });
  const wrong = found.filter((p) => !packageLifecycle.may(event, p.state));
  if (wrong.length > 0) return stateRefusal(wrong, event);
  if (!STOPPED_BY_HOLD.has(event)) return ok();
  const held = found.filter((p) => p.onHold || p.heldUnits > 0);
  if (held.length > 0)
    return refuse("PACKAGE_ON_HOLD", {
      packages: codes(held),
      reason: held[0]?.holdReason ?? UNITS_HELD,
    });
  const locked = found.filter((p) => p.lockedUnits > 0);
  if (locked.length > 0) return refuse("PACKAGE_LOCKED", { packages: codes(locked) });
  return ok();
}

function stateRefusal(
  wrong: readonly LockedPackage[],
  event: PackageEvent,
): { readonly ok: false; readonly refusal: Refusal } {
  const states = wrong.map((p) => `${p.code} is ${p.state}`).join(", ");
  const needed = packageLifecycle.from(event).join(" or ");
  return refuse("PACKAGE_STATE", { packages: codes(wrong), event, detail: `${states}; "${event}" needs ${needed}.` });
}

function codes(packages: readonly LockedPackage[]): string[] {
  return packages.map((p) => p.code);
}

/**
 * Moves packages through an event of their lifecycle, with their units, timeline and the channels' notifications: the
 * one way in which a package changes state. All or none.
 */
export async function movePackages(
  tx: Tx,
  ctx: Ctx,
  ids: readonly ShippingPackageId[],
  event: PackageEvent,
  options: {
    facts?: Readonly<Record<string, unknown>>;
    happenedAt?: Instant;
    courierStatus?: string;
    /** The units do not follow: the caller has moved those that do. */
    unitsStay?: boolean;
    /** The channel said so itself: it is not told. */
    untold?: boolean;
  } = {},
): Promise<Result<LockedPackage[]>> {
  if (ids.length === 0) return ok([]);
  await lockForMove(tx, ids);
  const found = await lockPackages(tx, ids);
  const decision = decideMove(ids, found, event);
  if (!decision.ok) return decision;
  const to = packageLifecycle.events[event].to;
  await writeMove(
    tx,
    {
      ids,
      to,
      unitState: options.unitsStay === true ? null : unitStateIn[to],
      leaves: to !== "DISPATCHED" ? null : event === "adopt" ? "ADOPTED" : "MANIFEST",
      events: found.map((p) => ({
        id: newId(),
        saleOrderId: p.saleOrderId,
        packageId: p.shippingPackageId,
        kind: `PACKAGE_${to}`,
        facts: { package: p.code, from: p.state, ...options.facts },
      })),
      actorKind: ctx.actor.kind,
      actorName: ctx.actor.name,
      happenedAt: options.happenedAt ?? ctx.now,
    },
    ctx.now,
  );
  // What is invoiced, cancelled or gone needs no fetching any more: its pick list closes with the last of them.
  if (event === "pack" || event === "cancel" || event === "adopt")
    await closeDonePicklists(tx, ids, ctx.actor.name, ctx.now);
  // A number that a courier gave is not used any more, whatever road led here: the courier is told in the background.
  if (to === "CANCELLED") await giveBackNumbers(tx, ctx, ids, { reason: "the package was cancelled" });
  if (to === "DISPATCHED") {
    await settleOrders(tx, [...new Set(found.map((p) => p.saleOrderId))], ctx.now);
    await askOfWhatLeft(tx, ctx, ids);
  }
  const kind = TOLD[event];
  if (kind !== undefined) {
    const happenedAt = options.happenedAt ?? ctx.now;
    announce(
      tx,
      ctx,
      found.map(({ shippingPackageId }) => ({ kind, shippingPackageId, happenedAt })),
    );
  }
  if (options.untold === true) return ok(found);
  await queueStateNotices(
    tx,
    ctx,
    found.map((p) => ({
      ...p,
      channelOrderItemIds: to === "CANCELLED" ? p.allLineIds : p.channelOrderItemIds,
      state: to,
      courierStatus: options.courierStatus ?? null,
    })),
  );
  return ok(found);
}
