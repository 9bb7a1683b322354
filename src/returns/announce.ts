import {
  findOrder,
  type LockedUnit,
  lockUnits,
  movePackages,
  type PackageState,
  packageLifecycle,
  packagesOfLines,
  writeEvents,
} from "../fulfilment/index.ts";
import { type ChannelId, type Instant, newId, ok, type Result, refuse } from "../kernel/index.ts";
import { openExceptions } from "../orders/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { insertCase, markReturned, openCaseOf } from "./store.ts";

/** What a channel says comes back: RTO (undelivered) or CIR (from the customer). */
export interface AnnouncedReturn {
  readonly channelId: ChannelId;
  readonly channelOrderId: string;
  readonly kind: "RTO" | "CIR";
  /** Units by the channel's product key, or whole lines; null: every unit that left. */
  readonly products: readonly { readonly channelProductId: string; readonly quantity: number }[] | null;
  readonly lines: readonly string[] | null;
  readonly reason: string | null;
  readonly awb: string | null;
  readonly courierCode: string | null;
  readonly channelReturnId: string | null;
  readonly warehouse: string | null;
  readonly at: Instant;
  readonly via: "PUSH" | "SYNC";
}

const GONE = ["DISPATCHED", "DELIVERED"];

/**
 * Takes a channel's word that something comes back. It shows at once on order and package; the parcel is expected (RTO)
 * or a reverse pickup opens (CIR); RETURNED follows the shelf, unless the channel's setting takes the word at once, and
 * then no stock is added. Said twice: no change. Refuses ORDER_NOT_FOUND, RETURN_LINES_NOT_FOUND.
 */
export async function announceReturn(
  tx: Tx,
  ctx: Ctx,
  word: AnnouncedReturn,
): Promise<Result<{ changed: boolean; doubt: boolean }>> {
  const order = await findOrder(tx, word.channelId, word.channelOrderId);
  if (!order) return refuse("ORDER_NOT_FOUND", { order: word.channelOrderId });
  const units = await lockUnits(tx, order.saleOrderId);
  const named = unitsNamed(units, word);
  if (named.length === 0)
    return refuse("RETURN_LINES_NOT_FOUND", {
      order: order.code,
      lines: word.lines ?? word.products?.map((p) => p.channelProductId) ?? [],
    });
  const gone = named.filter((u) => GONE.includes(u.state));
  if (gone.length === 0) {
    if (named.every((u) => u.state === "RETURNED")) return ok({ changed: false, doubt: false });
    await openExceptions(tx, ctx, [
      {
        kind: "RETURN_WITHOUT_DISPATCH",
        channelId: word.channelId,
        saleOrderId: order.saleOrderId,
        key: order.saleOrderId,
        facts: { order: order.code, kind: word.kind },
      },
    ]);
    return ok({ changed: false, doubt: true });
  }
  if (
    await openCaseOf(
      tx,
      word.channelId,
      word.channelReturnId,
      gone.map((u) => u.unitId),
    )
  )
    return ok({ changed: false, doubt: false });

  const parcels = (
    await packagesOfLines(tx, order.saleOrderId, [...new Set(gone.map((u) => u.channelOrderItemId))])
  ).filter((p) => gone.some((u) => u.shippingPackageId === p.shippingPackageId));
  const [code] = await takeCodes(tx, `RETURN:${word.kind}`, word.kind === "RTO" ? "RTO-" : "RP-", 1);
  const atOnce = order.returnedOnChannelWord;
  await insertCase(
    tx,
    {
      returnCaseId: newId(),
      code: code ?? "",
      channelId: word.channelId,
      saleOrderId: order.saleOrderId,
      shippingPackageId: parcels.length === 1 ? (parcels[0]?.shippingPackageId ?? null) : null,
      kind: word.kind,
      state: atOnce ? "COMPLETED" : word.kind === "RTO" ? "RETURN_EXPECTED" : "CREATED",
      channelReturnId: word.channelReturnId,
      reason: word.reason,
      courierCode: word.courierCode,
      awb: word.awb,
      warehouse: word.warehouse,
      via: word.via,
      announcedAt: word.at,
      unitIds: gone.map((u) => u.unitId),
    },
    ctx.now,
  );
  await markReturned(
    tx,
    order.saleOrderId,
    parcels.map((p) => p.shippingPackageId),
    word.at,
  );
  await writeEvents(
    tx,
    [
      {
        id: newId(),
        saleOrderId: order.saleOrderId,
        packageId: parcels[0]?.shippingPackageId ?? null,
        kind: "RETURN_ANNOUNCED",
        facts: {
          return: code ?? "",
          kind: word.kind,
          reason: word.reason,
          units: gone.map((u) => u.code),
          awb: word.awb,
          at: word.at.toString(),
        },
      },
    ],
    ctx.actor,
    ctx.now,
  );
  const event = atOnce ? ("returned" as const) : ("turnBack" as const);
  const movable = parcels.filter(
    (p) => (atOnce || word.kind === "RTO") && packageLifecycle.may(event, p.state satisfies PackageState),
  );
  const moved = await movePackages(
    tx,
    ctx,
    movable.map((p) => p.shippingPackageId),
    event,
    { facts: { return: code ?? "" } },
  );
  return moved.ok ? ok({ changed: true, doubt: false }) : moved;
}

/** The units that the word means: whole lines, so many of a product (those that left first), or all. */
function unitsNamed(units: readonly LockedUnit[], word: AnnouncedReturn): LockedUnit[] {
  if (word.lines !== null) return units.filter((u) => word.lines?.includes(u.channelOrderItemId));
  if (word.products === null) return units.filter((u) => u.state !== "CANCELLED");
  const score = (u: LockedUnit) => (GONE.includes(u.state) ? 0 : 1);
  return word.products.flatMap((product) =>
    units
      .filter((u) => `${u.productId}-${u.variantId}` === product.channelProductId && u.state !== "CANCELLED")
      .sort((a, b) => score(a) - score(b))
      .slice(0, product.quantity),
  );
}
