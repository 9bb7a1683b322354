import type { ReverseFacts } from "../../connectors/kit/index.ts";
import { queueNotices } from "../channels/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type LockedCase, linesOfCase } from "./case.store.ts";
import { type ReturnUnitState, returnUnitLifecycle } from "./return-case.ts";

/** A reverse pickup that its channel is to be told of. */
type Told = Pick<LockedCase, "returnCaseId" | "kind" | "channelId" | "saleOrderId">;

/**
 * Tells the channel how a reverse pickup stands, where its source takes that: which units of it, and who collects them. An
 * undelivered parcel is told by its package's own states. @param of states of the units that it is told of; all by default
 */
export async function tellReverse(
  tx: Tx,
  ctx: Ctx,
  found: Told,
  state: ReverseFacts["state"],
  more: { courier?: ReverseFacts["courier"]; of?: readonly ReturnUnitState[] } = {},
): Promise<void> {
  if (found.kind !== "CIR") return;
  const channelOrderItemIds = await linesOfCase(tx, found.returnCaseId, more.of ?? returnUnitLifecycle.states);
  if (channelOrderItemIds.length === 0) return;
  const { channelId, saleOrderId } = found;
  await queueNotices(tx, ctx, [
    {
      ...{ kind: "REVERSE_STATE", channelId, saleOrderId, shippingPackageId: null },
      reverse: { channelOrderItemIds, state, courier: more.courier ?? null },
    },
  ]);
}
