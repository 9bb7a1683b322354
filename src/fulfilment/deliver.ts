import { type ChannelId, type Instant, ok, type Result, refuse } from "../kernel/index.ts";
import { openExceptions } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type FoundPackage, findOrder, findPackages, packagesOfLines } from "./channel-word.store.ts";
import { movePackages } from "./move.ts";
import { BEFORE_DISPATCH, packageLifecycle } from "./shipping-package.ts";

/** What a channel's word came to: whether it changed something, and whether it left a doubt that a person sees. */
export interface Word {
  readonly changed: boolean;
  readonly doubt: boolean;
}

/** A delivery by tracking number, as `awbStatusTracking` pushes it. */
export interface DeliveredByAwb {
  readonly channelId: ChannelId;
  readonly awb: string;
  readonly packageCode: string | null;
  readonly providerCode: string | null;
  readonly at: Instant;
}

/** Marks the shipment with a tracking number delivered. Said twice: no change. Refuses AWB_NOT_FOUND. */
export async function applyDelivered(tx: Tx, ctx: Ctx, word: DeliveredByAwb): Promise<Result<Word>> {
  const [parcel] = await findPackages(tx, word.channelId, word);
  if (!parcel) return refuse("AWB_NOT_FOUND", { awb: word.awb });
  return deliver(tx, ctx, [parcel], word.at);
}

/** Marks the shipments of an order's lines delivered, as a status answer names them. */
export async function applyLinesDelivered(
  tx: Tx,
  ctx: Ctx,
  word: { channelId: ChannelId; channelOrderId: string; lines: readonly string[]; at: Instant },
): Promise<Result<Word>> {
  const order = await findOrder(tx, word.channelId, word.channelOrderId);
  if (!order) return refuse("ORDER_NOT_FOUND", { order: word.channelOrderId });
  return deliver(tx, ctx, await packagesOfLines(tx, order.saleOrderId, word.lines), word.at);
}

async function deliver(tx: Tx, ctx: Ctx, parcels: readonly FoundPackage[], at: Instant): Promise<Result<Word>> {
  const due = parcels.filter((p) => packageLifecycle.may("deliver", p.state));
  // Not dispatched here, and yet delivered there: a doubt for a person, who sees it once and may adopt it. The status sync has
  // adopted what left before it comes here; a delivery that is pushed by tracking number adopts nothing by itself.
  const early = parcels.filter((p) => BEFORE_DISPATCH.includes(p.state));
  await openExceptions(
    tx,
    ctx,
    early.map((p) => ({
      kind: "DELIVERED_WITHOUT_DISPATCH" as const,
      channelId: p.channelId,
      saleOrderId: p.saleOrderId,
      shippingPackageId: p.shippingPackageId,
      key: p.shippingPackageId,
      facts: { order: p.orderCode, package: p.code, state: p.state },
    })),
  );
  // Expected back here, and yet delivered there: one of the two words is wrong, and a person says which.
  const returning = parcels.filter((p) => p.state === "RETURN_EXPECTED");
  await openExceptions(
    tx,
    ctx,
    returning.map((p) => ({
      kind: "DELIVERED_WHILE_RETURNING" as const,
      channelId: p.channelId,
      saleOrderId: p.saleOrderId,
      shippingPackageId: p.shippingPackageId,
      key: p.shippingPackageId,
      facts: { order: p.orderCode, package: p.code, packageId: p.shippingPackageId },
    })),
  );
  const doubt = early.length + returning.length > 0;
  if (due.length === 0) return ok({ changed: false, doubt });
  const moved = await movePackages(
    tx,
    ctx,
    due.map((p) => p.shippingPackageId),
    "deliver",
    { happenedAt: at },
  );
  return moved.ok ? ok({ changed: true, doubt }) : moved;
}
