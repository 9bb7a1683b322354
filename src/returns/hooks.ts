import type { ChannelId, SaleOrderId, SaleOrderItemId, ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { Grade } from "../putaway/index.ts";
import type { ReturnCaseId, ReturnKind } from "./return-case.ts";

/** A return whose goods are all on their shelves: its credit note is due. Units that it came without are not in it. */
export interface ReadyReturn {
  readonly returnCaseId: ReturnCaseId;
  readonly code: string;
  readonly kind: ReturnKind;
  readonly saleOrderId: SaleOrderId;
  readonly channelId: ChannelId;
  readonly channelReturnId: string | null;
  /** At least one; of one package or several, each of which has its own invoice. */
  readonly units: readonly {
    readonly unitId: SaleOrderItemId;
    readonly packageId: ShippingPackageId | null;
    readonly grade: Grade;
  }[];
}
type OnReady = (tx: Tx, ctx: Ctx, ready: ReadyReturn) => Promise<void>;

const handlers: OnReady[] = [];

/**
 * Who makes or fetches credit notes: called in the transaction of the putaway's completion, with the return PENDING_INVOICE
 * and locked. Where the note exists at once, the handler calls `settleReturn` there and then. Not called where the source
 * makes none.
 */
export function onReturnReadyForCreditNote(handler: OnReady): void {
  if (!handlers.includes(handler)) handlers.push(handler);
}

export const returnReadyForCreditNote: OnReady = async (tx, ctx, ready) => {
  for (const handler of handlers) await handler(tx, ctx, ready);
};
