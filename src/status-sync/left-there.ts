import { newId } from "../kernel/index.ts";
import { openExceptions, writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { OrderHeard } from "./adopt-seam.ts";
import { holdLeft, lockStillHere } from "./store.ts";

/**
 * The channel says that lines left, while their goods are still here: somebody may have sent them from the marketplace's
 * panel, and nobody must send them again. Units are held and a person decides, once for each word. Lines of which a unit
 * left from here, and parcels whose hand-over list the channel is being asked for, are told by our own doing: nothing to
 * ask. Gives the lines that are still here, whether heard before or not.
 */
export async function hearLeft(tx: Tx, ctx: Ctx, order: OrderHeard): Promise<ReadonlySet<string>> {
  const { channelId, channelOrderId } = order;
  const words = order.lines.map((line) => ({ channelOrderId, line: line.channelOrderItemId, status: line.status }));
  const here = await lockStillHere(tx, channelId, words);
  const news = here.filter((unit) => unit.channelStatus !== unit.status);
  if (news.length > 0) {
    await holdLeft(tx, news, ctx.now);
    const byOrder = [...Map.groupBy(news, (unit) => unit.saleOrderId)].map(([saleOrderId, units]) => ({
      saleOrderId,
      lines: [...new Set(units.map((u) => u.line))].sort(),
      facts: {
        order: units[0]?.orderCode ?? "",
        status: [...new Set(units.map((u) => u.status))].join(", "),
        units: units.map((u) => u.unitCode),
        packages: [...new Set(units.flatMap((u) => u.packageCode ?? []))],
      },
    }));
    await openExceptions(
      tx,
      ctx,
      byOrder.map(({ saleOrderId, lines, facts }) => ({
        ...{ kind: "DISPATCHED_ON_CHANNEL" as const, channelId, saleOrderId, facts },
        key: `${saleOrderId}:${lines.join(" ")}`,
      })),
    );
    await writeEvents(
      tx,
      byOrder.map(({ saleOrderId, facts }) => ({
        ...{ id: newId(), saleOrderId, packageId: null, kind: "LEFT_ON_CHANNEL", facts },
      })),
      ctx.actor,
      ctx.now,
    );
  }
  return new Set(here.map((unit) => unit.line));
}
