import { sourceOf } from "../../src/channels/index.ts";
import { allocateFacility } from "../../src/fulfilment/allocation/allocate.handler.ts";
import { type IntakeId, must, newId, ok } from "../../src/kernel/index.ts";
import { receiveOrders } from "../../src/orders/index.ts";
import { sql } from "../../src/platform/db.ts";
import { summary } from "./load.ts";
import { pushedOrder } from "./push-bench.ts";
import type { Stage } from "./stage.ts";

const ORDERS_PER_ROUND = 2_000;
const ORDERS_PER_BATCH = 50;

/** Units allocated a second by one worker: blocked in the ledger, packages made, notifications queued. */
export async function benchAllocation(stage: Stage, rounds: number): Promise<{ median: number; spread: number }> {
  const { ctx } = stage;
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    await waitingOrders(stage, round);
    const startMs = performance.now();
    const outcome = await allocateFacility(ctx, stage.facilityId);
    const seconds = (performance.now() - startMs) / 1000;
    if (outcome !== "done") throw new Error("allocation finishes what waits");
    const { waiting } = await ctx.db.read(ctx.tenantId, (tx) =>
      tx.one(
        sql<{
          waiting: number;
        }>`select count(*) as waiting from godown.sale_order_item where tenant_id = ${tx.tenantId} and state = 'CREATED'`,
      ),
    );
    if (waiting > 0) throw new Error(`${waiting} units were left waiting`);
    if (round > 0) rates.push((ORDERS_PER_ROUND * 2) / seconds); // the first round is not counted
  }
  return summary(rates);
}

async function waitingOrders(stage: Stage, round: number): Promise<void> {
  const { ctx } = stage;
  const source = sourceOf("JUPITER_MONEY");
  if (!source.readOrder) throw new Error("the source reads orders");
  for (let first = 0; first < ORDERS_PER_ROUND; first += ORDERS_PER_BATCH) {
    const batch = Array.from({ length: ORDERS_PER_BATCH }, (_, i) => {
      const raw = pushedOrder(`A${round}-${first + i}`, first + i);
      return {
        intakeId: newId<"Intake">() as IntakeId,
        channelId: stage.channelId,
        via: "PUSH" as const,
        channelOrderId: `A${round}-${first + i}`,
        raw,
        contentHash: "00".repeat(32),
        read: source.readOrder?.(raw) ?? { ok: false as const, faults: [] },
      };
    });
    must(await ctx.db.transaction(ctx.tenantId, async (tx) => ok(await receiveOrders(tx, ctx, batch))));
  }
}
