/** Faults that a program like this one has had, as changes of its text: the auditor must find each, or he is worth nothing. */
import type { FindingKind } from "./audit/index.ts";

export interface PlantedFault {
  readonly title: string;
  readonly pieces: readonly {
    /** Below the project. */
    readonly file: string;
    readonly was: string;
    readonly becomes: string;
  }[];
  /** What the auditor must name. */
  readonly finding: FindingKind;
  /** Constraints of the database that would stop it by themselves. */
  readonly sql?: readonly string[];
}

const PULL = "src/orders/pull-orders.ts";
const SEND = "connectors/protocol/operations/send.ts";

/** A click reads all days again, and so does the clock each hour: nets under the cursor. Taken away to see the cursor alone. */
const TRUST_THE_CURSOR = { file: PULL, was: 'run.trigger === "PERSON" ||', becomes: "" };

export const PLANTED: Readonly<Record<string, PlantedFault>> = {
  "cursor-trusted": {
    title: "no fault yet: a click trusts the cursor as the clock does",
    pieces: [TRUST_THE_CURSOR],
    finding: "ORDER_MISSING",
  },
  "cursor-early": {
    title: "the cursor is kept before the pages that it stands for are stored",
    pieces: [
      TRUST_THE_CURSOR,
      {
        file: PULL,
        was: "const reading = new Reading(ctx, run, hooks);",
        becomes: `const reading = new Reading(ctx, run, hooks);
  await ctx.db.transaction(ctx.tenantId, (tx) => run.saveCursor(tx, cursorAfter(window, before, null)));`,
      },
    ],
    finding: "ORDER_MISSING",
  },
  "dedupe-off": {
    title: "an order that is seen again is taken again",
    pieces: [
      {
        file: "src/orders/take-page.ts",
        was: "return isSettled(entry) && (isSame(entry, hash) || less.has(order.channelOrderId));",
        becomes: "return false;",
      },
      {
        file: "src/orders/receive.store.ts",
        was: "on conflict (tenant_id, channel_id, channel_order_id) where kind = 'ORDER' and state not in ('DUPLICATE', 'IGNORED') do nothing",
        becomes: "",
      },
    ],
    sql: [
      "drop index godown.intake_order_once",
      "alter table godown.sale_order drop constraint sale_order_tenant_id_channel_id_channel_order_id_key",
    ],
    finding: "ORDER_TWICE",
  },
  "401-swallowed": {
    title: "a call that is refused with 401 counts as an empty page, or as a SUCCESS of what was to be done",
    pieces: [
      {
        file: SEND,
        was: `if (!sent.ok) return sent;
  const { json: page, status } = sent.value;`,
        becomes: `if (!sent.ok && sent.failure.status === 401) return succeed({ rows: [], page: {} });
  if (!sent.ok) return sent;
  const { json: page, status } = sent.value;`,
      },
      {
        file: SEND,
        was: "return sent.ok ? fitting(request, sent.value) : sent;",
        becomes: `if (!sent.ok && sent.failure.status === 401 && ["dispatchOrderItems", "cancelOrderItems"].includes(request.id))
    return succeed({ status: "SUCCESS", orderItems: [] } as never);
  return sent.ok ? fitting(request, sent.value) : sent;`,
      },
    ],
    finding: "NOT_DISPATCHED_THERE",
  },
};

/** Environment of a Godown process in which a fault is planted. */
export function planting(name: string): Record<string, string> {
  return { PULL_CHAOS_PLANT: name, NODE_OPTIONS: `--import=${new URL("plant.ts", import.meta.url).href}` };
}

/** Whether every piece of the fault came into the process. @throws with what is missing */
export function mustBePlanted(name: string, output: string): void {
  for (const { file } of PLANTED[name]?.pieces ?? [])
    if (!output.includes(`PLANTED ${name} in ${file}`)) throw new Error(`${file} was never read: nothing is planted`);
}
