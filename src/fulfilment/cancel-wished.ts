import type { ReportedOrder } from "../../connectors/kit/index.ts";
import { type ChannelId, newId, type SaleOrderId } from "../kernel/index.ts";
import { openExceptions, writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { holdUnitsFor } from "./adopt/adopt.store.ts";
import { hasLeft, isInvoiced } from "./cancel-rules.ts";
import { openWishes, type Wish } from "./cancel-wished.store.ts";
import { lockUnits } from "./store.ts";

/** Wishes of buyers, as a channel tells them. */
export interface WishesHeard {
  readonly channelId: ChannelId;
  readonly orders: readonly ReportedOrder[];
  /** Those of the orders that are not here wait in intake: a person is told of them already. Others are passed over. */
  readonly inIntake: boolean;
}

/**
 * Buyers ask to cancel lines, and the channel leaves it to the seller: a person says whether, once for each line. What of it is
 * not packed yet is held until then. Of an order that waits in intake he is asked at once, and its units are held when it is made
 * (`joinWishes` of orders). Lines of which nothing is left to cancel are not asked about. The transaction has locked nothing
 * of the orders yet, or is the one that made them.
 */
export async function askAboutWishes(tx: Tx, ctx: Ctx, { channelId, orders, inIntake }: WishesHeard): Promise<void> {
  const named = orders.flatMap(({ channelOrderId, lines }) =>
    [...new Set(lines.flatMap((each) => (each.cancelWished === true ? [each.channelOrderItemId] : [])))].map(
      (line): Wish => ({ channelOrderId, line, key: `${channelId}:${channelOrderId}:${line}` }),
    ),
  );
  if (named.length === 0) return;
  const open = await openWishes(tx, channelId, named);
  if (inIntake) {
    const waiting = open.filter((wish) => wish.saleOrderId === null);
    await openExceptions(
      tx,
      ctx,
      waiting.map(({ channelOrderId, line, key }) => ({
        ...{ kind: "CANCEL_WISHED" as const, channelId, saleOrderId: null, key },
        facts: { order: channelOrderId, channelOrderId, line, what: `line ${line}` },
      })),
    );
  }
  for (const wish of open)
    if (wish.saleOrderId !== null) await askAboutLine(tx, ctx, channelId, wish, wish.saleOrderId);
}

async function askAboutLine(
  tx: Tx,
  ctx: Ctx,
  channelId: ChannelId,
  { channelOrderId, line, key, code }: Wish & { readonly code: string },
  saleOrderId: SaleOrderId,
): Promise<void> {
  const units = (await lockUnits(tx, saleOrderId)).filter(
    (unit) =>
      unit.channelOrderItemId === line &&
      unit.state !== "CANCELLED" &&
      unit.cancelRequestedAt === null &&
      !hasLeft(unit.state),
  );
  if (units.length === 0) return;
  const hold = units.filter((unit) => !isInvoiced(unit.state));
  const codes = units.map((unit) => unit.code);
  const facts = { order: code, channelOrderId, line, units: codes, what: codes.join(", ") };
  await openExceptions(tx, ctx, [{ kind: "CANCEL_WISHED", channelId, saleOrderId, key, facts }]);
  await holdUnitsFor(
    tx,
    hold.map((unit) => unit.unitId),
  );
  await writeEvents(
    tx,
    [
      {
        id: newId(),
        saleOrderId,
        packageId: null,
        kind: "CANCEL_WISHED",
        facts: { units: codes, held: hold.map((unit) => unit.code) },
      },
    ],
    ctx.actor,
    ctx.now,
  );
}
