import type { components } from "../../contract/generated/marketplace-inbound.ts";
import { validator } from "../../contract/validators.ts";
import { type PushCaller, sourceOf } from "../channels/index.ts";
import { applyChannelCancel, applyDelivered } from "../fulfilment/index.ts";
import type { Instant, Refusal, Result } from "../kernel/index.ts";
import { contentHash, recordEvent, saidBefore } from "../orders/index.ts";
import { type Ctx, type Services, systemCtx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { announceReturn } from "../returns/index.ts";
import { answer, type PushAnswer, pushRoute, refused } from "./protocol.ts";

type PushCancellation = components["schemas"]["PushCancellation"];
type PushReturn = components["schemas"]["PushReturn"];
type PushDelivered = components["schemas"]["PushDelivered"];

/** `POST /uc/v1/order/cancel`: a cancellation on the marketplace's side, judged by the source's rule. */
export const pushCancelRoute = pushRoute<PushCancellation>({
  path: "/uc/v1/order/cancel",
  check: validator<PushCancellation>("marketplace-inbound", "PushCancellation"),
  handle: (services, caller, body) =>
    handleEvent(services, caller, "CANCEL", body.saleOrderCode, body, async (tx, ctx, repeated) => {
      const outcome = await applyChannelCancel(tx, ctx, {
        channelId: caller.channelId,
        channelOrderId: body.saleOrderCode,
        lines: body.cancelledSkuCodes ?? null,
        reason: body.cancellationReason,
        repeated,
      });
      if (!outcome.ok) return outcome;
      return outcome.value.taken
        ? { ok: true, value: answer("success", "Successfully updated Order detail") }
        : { ok: true, value: refused(outcome.value.refusal) };
    }),
});

/** `POST /uc/v1/returns`: a return that the marketplace announces. */
export const pushReturnRoute = pushRoute<PushReturn>({
  path: "/uc/v1/returns",
  check: validator<PushReturn>("marketplace-inbound", "PushReturn"),
  handle: (services, caller, body) => {
    const at = body.createdOn === undefined ? services.clock.now() : instantOf(body.createdOn, caller);
    if (at === null)
      return Promise.resolve(answer("failure", `createdOn is ${body.createdOn}: no such time exists`, 400));
    return handleEvent(services, caller, "RETURN", body.saleOrderCode, body, async (tx, ctx) => {
      const outcome = await announceReturn(tx, ctx, {
        channelId: caller.channelId,
        channelOrderId: body.saleOrderCode,
        kind: body.type === "COURIER_RETURN" ? "RTO" : "CIR",
        products: body.orderItems,
        lines: null,
        reason: body.reason,
        awb: blankToNull(body.trackingNumber),
        courierCode: blankToNull(body.shippingProviderCode),
        channelReturnId: blankToNull(body.returnID),
        warehouse: body.returnWarehouseCode ?? null,
        at,
        via: "PUSH",
      });
      if (!outcome.ok) return outcome;
      if (outcome.value.doubt)
        return {
          ok: true,
          value: answer(
            "failure",
            `Order ${body.saleOrderCode} was not dispatched from here; the seller was asked to look at it.`,
          ),
        };
      return {
        ok: true,
        value: answer(
          "success",
          outcome.value.changed ? "Return created" : "Return was announced before; nothing new.",
        ),
      };
    });
  },
});

/** A shipment that the marketplace ships was delivered. */
export function takeDelivered(services: Services, caller: PushCaller, body: PushDelivered): Promise<PushAnswer> {
  const at = instantOf(body.statusDate, caller);
  if (at === null)
    return Promise.resolve(answer("failure", `statusDate is ${body.statusDate}: no such time exists`, 400));
  return handleEvent(services, caller, "DELIVERED", body.trackingNumber, body, async (tx, ctx) => {
    const outcome = await applyDelivered(tx, ctx, {
      channelId: caller.channelId,
      awb: body.trackingNumber,
      packageCode: body.shippingPackageCode ?? null,
      providerCode: blankToNull(body.providerCode),
      at,
    });
    if (!outcome.ok) return outcome;
    if (outcome.value.doubt)
      return {
        ok: true,
        value: answer(
          "failure",
          `The shipment ${body.trackingNumber} is not on its way to the customer here; the seller was asked to look at it.`,
        ),
      };
    return { ok: true, value: answer("success", "Tracking Status updated successfully") };
  });
}

/** Applies an event and keeps it in the intake log with what it came to, in one transaction; a refused one is kept in a transaction of its own. */
async function handleEvent(
  services: Services,
  caller: PushCaller,
  kind: "CANCEL" | "RETURN" | "DELIVERED",
  about: string,
  body: unknown,
  apply: (tx: Tx, ctx: Ctx, repeated: boolean) => Promise<Result<PushAnswer>>,
): Promise<PushAnswer> {
  const ctx: Ctx = {
    ...systemCtx(services, caller.tenantId, "push", "push"),
    actor: { kind: "CHANNEL", id: null, name: sourceOf(caller.source).label },
  };
  const event = {
    channelId: caller.channelId,
    kind,
    about: about.slice(0, 100),
    raw: body,
    contentHash: contentHash(body),
  };
  const outcome = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const applied = await apply(tx, ctx, await saidBefore(tx, event));
    if (applied.ok) await recordEvent(tx, ctx, { ...event, answer: applied.value.body, refusal: null });
    return applied;
  });
  if (outcome.ok) return outcome.value;
  const told = refused(outcome.refusal);
  await keepRefused(ctx, event, told, outcome.refusal);
  return told;
}

async function keepRefused(
  ctx: Ctx,
  event: Omit<Parameters<typeof recordEvent>[2], "answer" | "refusal">,
  told: PushAnswer,
  refusal: Refusal,
): Promise<void> {
  await ctx.db.transaction(ctx.tenantId, (tx) => recordEvent(tx, ctx, { ...event, answer: told.body, refusal }));
}

/** "2026-11-21 14:05:00" in the source's zone; null where no such time exists. */
function instantOf(text: string, caller: PushCaller): Instant | null {
  try {
    return Temporal.PlainDateTime.from(text.replace(" ", "T"), { overflow: "reject" })
      .toZonedDateTime(sourceOf(caller.source).rules.zone)
      .toInstant();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function blankToNull(text: string): string | null {
  return text.trim() === "" ? null : text;
}
