/** ORDER_CHANGE as an EventBridge API destination brings it: at least once, in any order, with the header that was agreed. */
import { createHash } from "node:crypto";
import type { Announcement, SimOrder, World } from "../../kit/simulator/index.ts";
import type { Accounts } from "./accounts.ts";
import { MARKETPLACE, type Pace } from "./parts.ts";
import { statusOf, unitsGone } from "./wire.ts";

export const PUSH_OPERATION = "receiveOrderChange";
const HEADER = "x-godown-key";

const OPERATION = {
  id: PUSH_OPERATION,
  path: "", // the address that was registered, as it is
  body: (value: unknown) => ({ ok: true, value }) as const,
  response: (_status: number, value: unknown) => ({ ok: true, value }) as const, // its body means nothing
};

const WORDS = {
  PENDING: "Pending",
  PENDING_AVAILABILITY: "PendingAvailability",
  UNSHIPPED: "Unshipped",
  PARTIALLY_SHIPPED: "PartiallyShipped",
  SHIPPED: "Shipped",
  CANCELLED: "Canceled",
  UNFULFILLABLE: "Unfulfillable",
} as const;

/** Nothing where no address is registered. */
export function orderChanged(
  world: World,
  accounts: Accounts,
  order: SimOrder,
  at: { readonly pace: Pace; readonly now: Temporal.Instant; readonly nth: number },
): Announcement[] {
  if (!world.targets.has(order.seller) && world.defaultTarget === null) return [];
  const account = accounts.accountOf(order.seller);
  const time = at.now.toString({ smallestUnit: "millisecond" });
  const id = createHash("sha256").update(`notification ${order.id} ${time} ${at.nth}`).digest("hex").slice(0, 32);
  const gone = order.items.reduce((sum, item) => sum + unitsGone(item), 0);
  const all = order.items.reduce((sum, item) => sum + item.quantity - item.cancelledQuantity, 0);
  const notification = {
    ...{ NotificationVersion: "1.0", NotificationType: "ORDER_CHANGE", PayloadVersion: "1.0", EventTime: time },
    Payload: {
      OrderChangeNotification: {
        ...{ NotificationLevel: "OrderLevel", SellerId: account.sellerId, AmazonOrderId: order.id },
        OrderChangeType: "OrderStatusChange",
        OrderChangeTrigger: { TimeOfOrderChange: time, ChangeReason: "Status changed" },
        Summary: {
          ...{ MarketplaceId: MARKETPLACE, OrderStatus: WORDS[statusOf(order, at.pace, at.now)] },
          ...{ PurchaseDate: order.orderDate, FulfillmentType: "MFN", OrderType: "StandardOrder" },
          ...{ NumberOfItemsShipped: gone, NumberOfItemsUnshipped: all - gone, OrderItems: [] },
        },
      },
    },
    NotificationMetadata: {
      ...{ ApplicationId: account.applicationId, SubscriptionId: `subscription-${order.seller}` },
      ...{ PublishTime: time, NotificationId: id },
    },
  };
  const event = {
    ...{ version: "0", id, "detail-type": "ORDER_CHANGE", source: "aws.partner/sellingpartnerapi.amazon.com" },
    ...{ time, region: "eu-west-1", resources: [], detail: notification },
  };
  return [{ operation: OPERATION, body: event, headers: () => ({ [HEADER]: account.hookKey }) }];
}
