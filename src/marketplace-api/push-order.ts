import { withoutCustomFields } from "../../connectors/kit/index.ts";
import type { components } from "../../contract/generated/marketplace-inbound.ts";
import { validator } from "../../contract/validators.ts";
import { sourceOf } from "../channels/index.ts";
import { newId } from "../kernel/index.ts";
import { contentHash, type Receipt, recordMalformed } from "../orders/index.ts";
import type { Services } from "../platform/context.ts";
import type { ProtocolAnswer, ProtocolRoute } from "../platform/http/route.ts";
import { explain } from "../platform/refusals.ts";
import type { OrderQueue } from "./order-queue.ts";
import { answer, pushRoute, refused } from "./protocol.ts";

type PushOrder = components["schemas"]["PushOrder"];

const ORDER_ID_LENGTH_MAX = 100;

/** `POST /uc/v1/order`: a new order. Answered after its commit; `success` exactly when the order is safe with us. */
export function pushOrderRoute(queueOf: (services: Services) => OrderQueue): ProtocolRoute {
  return pushRoute<PushOrder>({
    path: "/uc/v1/order",
    check: validator<PushOrder>("marketplace-inbound", "PushOrder"),
    handle: async (services, caller, body) => {
      const source = sourceOf(caller.source);
      if (source.rules.ordersArrive !== "push" || !source.readOrder)
        return answer("failure", `${source.label} does not push orders; they are pulled from it.`);
      if (body.id.trim() === "" || body.id.length > ORDER_ID_LENGTH_MAX)
        return answer("failure", `id has 1 to ${ORDER_ID_LENGTH_MAX} characters`, 400);
      const submitted = queueOf(services).submit(caller.tenantId, {
        intakeId: newId<"Intake">(),
        channelId: caller.channelId,
        via: "PUSH",
        channelOrderId: body.id,
        raw: body,
        contentHash: contentHash(contentOf(body)),
        read: source.readOrder(body),
      });
      if (submitted === null)
        return answer(
          "failure",
          "Too many orders wait at this moment; this one was not taken. Send it again in a few seconds.",
          503,
        );
      return told(await submitted, body.id);
    },
    rejected: async (services, caller, body, detail) => {
      const id =
        typeof body === "object" && body !== null && "id" in body && typeof body.id === "string" ? body.id : "";
      if (id !== "" && id.length <= ORDER_ID_LENGTH_MAX)
        await recordMalformed(services, caller, {
          channelOrderId: id,
          raw: body,
          detail,
        });
    },
  });
}

/** What tells a repeat from another order under the same id: everything but custom fields. */
function contentOf(body: PushOrder): unknown {
  return { ...withoutCustomFields({ ...body }), orderItems: body.orderItems.map((i) => withoutCustomFields({ ...i })) };
}

function told(receipt: Receipt, id: string): ProtocolAnswer {
  if (!receipt.accepted && receipt.refusal) return refused(receipt.refusal);
  if (receipt.state === "DUPLICATE") return answer("success", `Order ${id} was received before; nothing new.`);
  if (receipt.state === "CREATED") return answer("success", "Order created successfully");
  const why = receipt.refusal ? explain(receipt.refusal) : null;
  return answer(
    "success",
    why ? `Order ${id} is received and kept. ${why.message}` : `Order ${id} is received and kept.`,
  );
}
