/** Notifications: signed, in order for each shipment, sent again until they are answered 200. */
import { createHash } from "node:crypto";
import type { Schema } from "../../../contract/types.ts";
import { validator } from "../../../contract/validators.ts";
import type { Announcement, Done, SimOrder, SimReturn, World } from "../../kit/simulator/index.ts";
import { FLIPKART_CONTRACT } from "../contract/index.ts";
import { marksOf } from "./parts.ts";
import { MARK, stateOfShipment } from "./states.ts";
import { toReturnItems, toShipment, wireTime } from "./wire.ts";

export const PUSH_OPERATION = "receiveNotification";

type Notification = Schema<"flipkart", "Notification">;

const isNotification = validator(FLIPKART_CONTRACT, "Notification");
const OPERATION = {
  id: PUSH_OPERATION,
  path: "", // the address that was registered, as it is
  body: isNotification,
  response: (_status: number, value: unknown) => ({ ok: true, value }) as const, // its body means nothing
};

/** What the receiver may ask for and gets: nothing where no address is registered. */
export function notification(
  world: World,
  order: SimOrder,
  at: Temporal.Instant,
  event: Pick<Notification, "eventType" | "attributes"> & { readonly returnId?: string },
): Announcement[] {
  if (!world.targets.has(order.seller) && world.defaultTarget === null) return [];
  const about = event.returnId === undefined ? { shipmentId: order.id } : { returnId: event.returnId };
  const body: Notification = {
    ...about,
    ...{ eventType: event.eventType, source: "flipkart", version: "v3", timestamp: wireTime(at) },
    locationId: order.items[0]?.facilityCode ?? "",
    attributes: event.attributes,
  };
  const secret = world.sellers.get(order.seller)?.password ?? "";
  return [
    {
      operation: OPERATION,
      body: { ...body },
      headers: (_, url) => signed(order.seller, secret, at, url),
      inOrder: true,
    },
  ];
}

/** `X_Authorization: FKLOGIN base64(appId:sha1hex(epochSeconds + url + "POST" + appSecret))`: the body is not signed. */
function signed(appId: string, secret: string, at: Temporal.Instant, url: URL): Record<string, string> {
  const seconds = Math.floor(at.epochMilliseconds / 1000);
  const digest = createHash("sha1").update(`${seconds}${url.href}POST${secret}`).digest("hex");
  return {
    X_Date: new Date(seconds * 1000).toUTCString(),
    X_Authorization: `FKLOGIN ${Buffer.from(`${appId}:${digest}`).toString("base64")}`,
  };
}

/** What an action on Flipkart's side is told as. */
export function eventsOf(
  world: World,
  event: string,
  order: SimOrder,
  done: Done | null,
  now: Temporal.Instant,
): Announcement[] {
  const at = done?.at ?? now;
  const tell = (eventType: string, attributes: Notification["attributes"], returnId?: string) =>
    notification(world, order, at, { eventType, attributes, ...(returnId === undefined ? {} : { returnId }) });
  switch (event) {
    case "placed": {
      const shipment = toShipment(order);
      return typeof shipment === "object" && shipment !== null ? tell("shipment_created", { ...shipment }) : [];
    }
    case "cancel":
    case "drop":
      return tell("shipment_cancelled", {
        status: "CANCELLED",
        orderItems: done?.lines.map(({ item, quantity }) => ({
          ...{ orderItemId: item.orderItemId, quantity, reason: "buyer_cancellation", subReason: done.reason },
        })),
      });
    case "dispatch": {
      const state = marksOf(order)[MARK.pickupAlone] === "yes" ? "PICKUP_COMPLETE" : "SHIPPED";
      return tell(`shipment_${state.toLowerCase()}`, { status: state });
    }
    case "deliver":
      return tell("shipment_delivered", { status: "DELIVERED" });
    case "rto":
    case "return":
      return (done?.returns ?? []).flatMap(({ of }) =>
        tell("return_created", returnAttributes(order, of), of.returnId),
      );
    case "release":
      return tell("shipment_unhold", { orderItems: heldItems(order) });
    default:
      return [];
  }
}

function returnAttributes(order: SimOrder, of: SimReturn): Notification["attributes"] {
  const returnItems = toReturnItems(order, of).map(({ type: source, ...item }) => ({ ...item, source }));
  return { status: "RETURN_CREATED", returnItems };
}

export function heldItems(order: SimOrder) {
  return order.items.map((item) => ({ orderItemId: item.orderItemId, holdQuantity: item.quantity }));
}

/** The shipment's own state as an event: packed, ready to dispatch. */
export function stateEvent(world: World, order: SimOrder, at: Temporal.Instant): Announcement[] {
  const status = stateOfShipment(order);
  return notification(world, order, at, { eventType: `shipment_${status.toLowerCase()}`, attributes: { status } });
}
