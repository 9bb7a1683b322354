import type { TenantId } from "../kernel/index.ts";
import { type RawOrder, type Receipt, receiveOrders } from "../orders/index.ts";
import { type Ctx, type Services, systemCtx } from "../platform/context.ts";

const LANES = 2; // measured: more lanes of batches only add lock waits
const ORDERS_PER_COMMIT_MAX = 64;
const WAITING_MAX = 4_000; // beyond this a push is told to come back, instead of growing memory

interface Waiting {
  readonly tenantId: TenantId;
  readonly raw: RawOrder;
  readonly settle: (outcome: Receipt | Error) => void;
}

/**
 * Pushes that wait together share a commit: each is answered only after its own order is durable, and one that fails
 * falls out alone. A lane takes what waits for one tenant at the moment it is free; nothing waits for a batch to fill.
 */
export class OrderQueue {
  readonly #services: Services;
  readonly #waiting = new Map<TenantId, Waiting[]>();
  #count = 0;
  #lanes = 0;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Resolves when the order is durable. Null: too many wait already. */
  submit(tenantId: TenantId, raw: RawOrder): Promise<Receipt> | null {
    if (this.#count >= WAITING_MAX) return null;
    this.#count += 1;
    return new Promise((resolve, reject) => {
      const settle = (outcome: Receipt | Error) => {
        this.#count -= 1;
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      const queue = this.#waiting.get(tenantId);
      if (queue) queue.push({ tenantId, raw, settle });
      else this.#waiting.set(tenantId, [{ tenantId, raw, settle }]);
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#lanes < LANES) {
      const [next] = this.#waiting;
      if (!next) return;
      const [tenantId, queue] = next;
      const batch = queue.splice(0, ORDERS_PER_COMMIT_MAX);
      // Taken out and put in last: tenants take turns.
      this.#waiting.delete(tenantId);
      if (queue.length > 0) this.#waiting.set(tenantId, queue);
      this.#lanes += 1;
      void this.#commit(tenantId, batch).finally(() => {
        this.#lanes -= 1;
        this.#pump();
      });
    }
  }

  async #commit(tenantId: TenantId, batch: readonly Waiting[]): Promise<void> {
    const failed = await this.#attempt(tenantId, batch);
    if (failed === null) return;
    if (batch.length === 1) return batch[0]?.settle(failed);
    this.#services.log.warn(
      { tenantId, err: failed, orders: batch.length },
      "a shared commit failed: its orders go one by one",
    );
    for (const one of batch) {
      const alone = await this.#attempt(tenantId, [one]);
      if (alone !== null) one.settle(alone);
    }
  }

  /** Commits a batch and settles each member; gives the error instead when the transaction failed. */
  async #attempt(tenantId: TenantId, batch: readonly Waiting[]): Promise<Error | null> {
    try {
      const ctx: Ctx = {
        ...systemCtx(this.#services, tenantId, "push", "push"),
        actor: { kind: "CHANNEL", id: null, name: "marketplace push" },
      };
      const receipts = await ctx.db.transaction(tenantId, (tx) =>
        receiveOrders(
          tx,
          ctx,
          batch.map((w) => w.raw),
        ),
      );
      for (const one of batch)
        one.settle(receipts.get(one.raw.intakeId) ?? new Error(`order ${one.raw.channelOrderId} has a receipt`));
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
