import { jupiterMoney } from "../../connectors/jupiter-money/index.ts";
import {
  type Capabilities,
  type Connector,
  type OperationIo,
  type OperationName,
  type Outcome,
  type PulledOrder,
  type ReportedOrder,
  type SourceRules,
  succeed,
} from "../../connectors/kit/index.ts";
import "../../src/app/sources.ts";
import "../../src/app/wiring.ts";
import { installSources, runSync } from "../../src/channels/index.ts";
import type { ChannelId } from "../../src/kernel/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { syncOrders } from "../../src/status-sync/index.ts";
import type { TestDatabase } from "./database.ts";
import type { PushOrder } from "./order-builders.ts";

type Given<K extends OperationName> = OperationIo[K]["in"];
type Said<K extends OperationName> = Outcome<OperationIo[K]["out"]>;
type Answers = { [K in OperationName]: (input: Given<K>) => Said<K> | Promise<Said<K>> };

/** A source with an API of its own, in this process: its operations say what a test lets them say, in the kit's words. */
export class OwnSource {
  readonly id: string;
  readonly #answers: Partial<Answers> = {};
  readonly #asked: { readonly operation: OperationName; readonly input: unknown }[] = [];

  /** Its declaration is Jupiter Money's but for what is given; its orders are read as Jupiter Money's, with a moment beside. */
  constructor(id: string, over: { capabilities: Capabilities; rules?: Partial<SourceRules> }) {
    this.id = id;
    const operations = Object.fromEntries(
      Object.keys(over.capabilities).map((name) => [name, this.#operation(name as OperationName)]), // named as their capabilities
    );
    const connector: Connector = {
      ...jupiterMoney,
      ...{ id, label: "Own", capabilities: over.capabilities, operations, readOrder },
      limits: { ...jupiterMoney.limits, requestsPerSecond: 10_000, burst: 10_000 },
      rules: { ...jupiterMoney.rules, ...over.rules },
    };
    installSources([connector]);
  }

  #operation(name: OperationName) {
    return async (_call: unknown, input: never) => {
      this.#asked.push({ operation: name, input });
      const answer = this.#answers[name] as ((given: never) => unknown) | undefined; // of the same name
      if (!answer) throw new Error(`nobody said what ${name} answers`);
      return answer(input);
    };
  }

  /** Replaces what operations answer; the others keep theirs. */
  answers(over: Partial<Answers>): void {
    Object.assign(this.#answers, over);
  }

  /** What an operation was asked, in order. */
  asked<K extends OperationName>(operation: K): Given<K>[] {
    return this.#asked.filter((each) => each.operation === operation).map((each) => each.input as Given<K>); // kept by that name
  }

  /** A context that can call it. */
  ctx(t: TestDatabase, tenantId: Ctx["tenantId"]): Ctx {
    return t.ctx(tenantId, { sourceUrls: new Map([[this.id, "http://127.0.0.1:9"]]) }); // nobody is there, and nobody is called
  }
}

function readOrder(raw: unknown): ReturnType<NonNullable<Connector["readOrder"]>> {
  const { actionableFrom, ...body } = raw as PushOrder & { actionableFrom?: string }; // `pulled` made it
  const read = jupiterMoney.readOrder?.(body) ?? { ok: false as const, faults: [] };
  if (!read.ok || actionableFrom === undefined) return read;
  return { ok: true, value: { ...read.value, actionableFrom: Temporal.Instant.from(actionableFrom) } };
}

/** An order of a page, as the source changed it last. States and moments are no part of its content. */
export function pulled(
  body: PushOrder,
  over: { changedAt?: Temporal.Instant; actionableFrom?: Temporal.Instant; reported?: ReportedOrder } = {},
): PulledOrder {
  const { actionableFrom, changedAt, reported = null } = over;
  const { orderStatus: _, sla: ___, orderItems, ...content } = body;
  return {
    channelOrderId: body.id,
    raw: { ...body, ...(actionableFrom === undefined ? {} : { actionableFrom: actionableFrom.toString() }) },
    content: { ...content, orderItems: orderItems.map(({ onHold: __, ...line }) => line) },
    ...(changedAt === undefined ? {} : { changedAt }),
    reported,
  };
}

/** How an order stands there, all its lines alike. */
export function reportedAs(
  channelOrderId: string,
  lineIds: readonly string[],
  status: ReportedOrder["lines"][number]["status"],
): ReportedOrder {
  return {
    channelOrderId,
    lines: lineIds.map((channelOrderItemId) => ({
      ...{ channelOrderItemId, status, raw: status },
      ...{ returnReason: null, returnAwb: null, returnCourier: null, channelReturnId: null },
    })),
  };
}

export const said = succeed;

export interface RunRow {
  readonly state: string;
  readonly message: string | null;
  readonly cursor: { readonly through?: string; readonly sweptAt?: string };
}

/** Runs the ORDERS sync of a channel to its end; gives its row and the cursor that it left. */
export async function pullNow(
  t: TestDatabase,
  ctx: Ctx,
  channelId: ChannelId,
  trigger: "SCHEDULE" | "PERSON" = "SCHEDULE",
): Promise<RunRow> {
  await runSync({ ...ctx, now: t.clock.now() }, { channelId, kind: "ORDERS", trigger, syncRunId: null }, syncOrders);
  const [row] = await t.raw<RunRow>(
    `select r.state, r.message, s.cursor from godown.sync_run r join godown.sync_state s using (tenant_id, channel_id, kind)
     where r.channel_id = $1 and r.kind = 'ORDERS' order by r.started_at desc, r.sync_run_id desc limit 1`,
    [channelId],
  );
  if (!row) throw new Error("a run was begun");
  return row;
}
