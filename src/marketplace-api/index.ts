import type { Services } from "../platform/context.ts";
import type { ProtocolRoute } from "../platform/http/route.ts";
import { OrderQueue } from "./order-queue.ts";
import { pushCancelRoute, pushReturnRoute } from "./push-events.ts";
import { pushOrderRoute } from "./push-order.ts";
import { pushTrackingRoute } from "./push-tracking.ts";

/** The four calls that a marketplace makes on us. One queue of orders per process. */
export function marketplaceRoutes(): ProtocolRoute[] {
  const queues = new WeakMap<Services["db"], OrderQueue>();
  const queueOf = (services: Services) => {
    const queue = queues.get(services.db) ?? new OrderQueue(services);
    queues.set(services.db, queue);
    return queue;
  };
  return [pushOrderRoute(queueOf), pushCancelRoute, pushReturnRoute, pushTrackingRoute];
}
