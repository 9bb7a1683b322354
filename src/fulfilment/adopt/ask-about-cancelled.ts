import { type Refusal, refuse } from "../../kernel/index.ts";
import { openExceptions } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { type FoundOrder, findOrder } from "../channel-word.store.ts";
import { type LockedUnit, lockUnits } from "../store.ts";
import { isCancelledHere, type LeftLine, type LeftOrder } from "./left.ts";

/**
 * Lines that are cancelled here and left there: one of the two sides is wrong, and a person says which. He is asked once for
 * each line. Gives the lines with what he is told.
 */
export async function askAboutCancelled(
  tx: Tx,
  ctx: Ctx,
  of: { readonly order: FoundOrder; readonly units: readonly Pick<LockedUnit, "channelOrderItemId" | "code">[] },
  lines: readonly LeftLine[],
): Promise<Map<string, Refusal>> {
  const { channelId, saleOrderId, code } = of.order;
  const named = (line: string) => of.units.filter((unit) => unit.channelOrderItemId === line).map((unit) => unit.code);
  await openExceptions(
    tx,
    ctx,
    lines.map(({ channelOrderItemId: line, status }) => ({
      ...{ kind: "LEFT_THOUGH_CANCELLED" as const, channelId, saleOrderId, key: `${saleOrderId}:${line}` },
      facts: { order: code, line, status, units: named(line) },
    })),
  );
  return new Map(
    lines.map(({ channelOrderItemId: line }) => [line, refuse("LEFT_THOUGH_CANCELLED", { line, order: code }).refusal]),
  );
}

/** Of what comes back the return itself asks. */
const SAID_TO_LEAVE: ReadonlySet<LeftLine["status"]> = new Set(["DISPATCHED", "DELIVERED"]);

/** The same of an order of which nothing is adopted: its seller wants to be asked. */
export async function askWhatIsCancelled(tx: Tx, ctx: Ctx, left: LeftOrder): Promise<ReadonlyMap<string, Refusal>> {
  const order = await findOrder(tx, left.channelId, left.channelOrderId);
  if (!order) return new Map();
  const units = await lockUnits(tx, order.saleOrderId);
  return askAboutCancelled(
    tx,
    ctx,
    { order, units },
    left.lines.filter((word) => SAID_TO_LEAVE.has(word.status) && isCancelledHere(units, word)),
  );
}
