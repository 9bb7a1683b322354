/** What the files of Amazon's simulator share. */
import type { OperationId } from "../../../contract/types.ts";
import { type Operation, operation } from "../../../contract/validators.ts";
import type { Answer, Call, SimOrder, Simulation, SimulatorOptions } from "../../kit/simulator/index.ts";
import type { Numbers } from "../../protocol/simulator/parcels.ts";
import { AMAZON_CONTRACT } from "../contract/index.ts";
import type { Accounts } from "./accounts.ts";

export const MARKETPLACE = "A21TJRUUN4KGV";

/** How this Amazon takes its time. All in milliseconds of its own clock. */
export interface Pace {
  /** A new order is PENDING for so long, without prices and address. */
  readonly pendingMs: number;
  /** A change is visible so much later at most. */
  readonly lateMs: number;
  /** A figure that was accepted is applied so much later. */
  readonly applyMs: number;
  /** Feeds and reports take so long. */
  readonly workMs: number;
}

export interface AmazonOptions extends SimulatorOptions {
  readonly pace?: Partial<Pace>;
}

/** Something that happens by and by: done with the first call after its time. */
export interface Due {
  readonly at: Temporal.Instant;
  readonly act: () => void;
}

export interface Parts {
  readonly sim: Simulation;
  readonly accounts: Accounts;
  readonly numbers: Numbers;
  readonly pace: Pace;
  readonly due: Due[];
  /** SKUs that were moved: do they lie in Amazon's warehouse now? */
  readonly movedToAmazon: Map<string, boolean>;
  /** Counts what gets an id of its own. */
  next(): number;
}

type Name = OperationId<"amazon">;
type Options = Parameters<Simulation["server"]["serve"]>[2];

/** Operations that act out a refusal in words of their own. */
const ANSWERS_ITSELF: ReadonlySet<string> = new Set(["downloadDocument", "getReportDocument"]);

/** Serves an operation of Amazon's. What is due by now is done before. */
export function serve<O extends Name>(
  parts: Parts,
  id: O,
  handler: (call: Call<"amazon", O>) => Answer | Promise<Answer>,
  options: Options = {},
): void {
  const found: Operation<"amazon", O> = operation(AMAZON_CONTRACT, id);
  parts.sim.server.serve(
    found,
    (call) => {
      settle(parts, call.at);
      if (call.fault?.kind === "failed" && !ANSWERS_ITSELF.has(id))
        return refusal(400, "InvalidInput", call.fault.message ?? "refused on demand");
      return handler(call);
    },
    options,
  );
}

/** Operations that can be told to refuse, in Amazon's words. */
export const REFUSABLE = { acts: ["failed"] } as const satisfies Options;

/** Does what is due. */
export function settle({ due }: Pick<Parts, "due">, now: Temporal.Instant): void {
  for (let i = 0; i < due.length; ) {
    const one = due[i];
    if (one === undefined || Temporal.Instant.compare(one.at, now) > 0) i++;
    else {
      due.splice(i, 1);
      one.act();
    }
  }
}

/** `{errors: [{code, message, details}]}`. */
export function refusal(status: number, code: string, message: string): Answer {
  return { status, body: { errors: [{ code, message, details: "" }] } };
}

export function badInput(message: string): Answer {
  return refusal(400, "InvalidInput", message);
}

/** The seller's order; undefined for one of nobody or of another. */
export function orderOf({ sim }: Pick<Parts, "sim">, seller: string, id: string): SimOrder | undefined {
  const order = sim.world.orders.get(id);
  return order?.seller === seller ? order : undefined;
}

/** Facts of an order that are this marketplace's own. */
export function marksOf(order: SimOrder): Record<string, string> {
  order.marks ??= {};
  return order.marks;
}

export function isBefore(one: Temporal.Instant, other: Temporal.Instant): boolean {
  return Temporal.Instant.compare(one, other) < 0;
}
