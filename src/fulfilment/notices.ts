import { queueNotices } from "../channels/index.ts";
import type { ChannelId, SaleOrderId, ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { notifiedState, type PackageState } from "./shipping-package.ts";

/** Queues one notification per package that reached a state which channels have a word for. */
export async function queueStateNotices(
  tx: Tx,
  ctx: Ctx,
  packages: readonly {
    shippingPackageId: ShippingPackageId;
    saleOrderId: SaleOrderId;
    channelId: ChannelId;
    channelOrderItemIds: readonly string[];
    state: PackageState;
    courierStatus?: string | null;
  }[],
): Promise<void> {
  const words: Partial<Record<PackageState, (typeof notifiedState)[keyof typeof notifiedState]>> = notifiedState;
  const notices = packages.flatMap((p) => {
    const state = words[p.state];
    return state === undefined
      ? []
      : [
          {
            kind: "STATE" as const,
            channelId: p.channelId,
            saleOrderId: p.saleOrderId,
            shippingPackageId: p.shippingPackageId,
            packageState: state,
            channelOrderItemIds: p.channelOrderItemIds,
            courierStatus: p.courierStatus ?? null,
          },
        ];
  });
  await queueNotices(tx, ctx, notices);
}
