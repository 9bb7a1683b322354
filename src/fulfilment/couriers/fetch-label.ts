import { refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { type CourierExchangeId, callCourier, type WaybillRow, waybills } from "../../shipping/index.ts";
import type { Verdict } from "../channel-steps/channel-step.ts";
import { type Asking, type FetchedFile, keepPdf } from "../channel-steps/question.ts";

/** After so many tries our own label is used: it carries the same number, and the parcel has to leave. */
const LABEL_TRIES_MAX = 5;

/**
 * The courier's own label of a number that it gave. Ready with null where it gave none, or where it did not come after
 * several tries: then ours is drawn.
 */
export async function fetchCourierLabel(
  ctx: Ctx,
  asking: Asking,
  waybill: WaybillRow,
): Promise<Verdict<FetchedFile | null>> {
  const { waybillId, providerId, providerCode: courier, labelUrl, labelTries } = waybill;
  const none = { kind: "ready", value: null } as const;
  if (labelUrl === null || waybill.labelDocumentId !== null || labelTries >= LABEL_TRIES_MAX) return none;
  const about = { package: asking.parcel.code, courier };
  if (!(await asking.goOn(ctx)))
    return { kind: "wait", refusal: refuse("COURIER_ASKED_NOW", about).refusal, words: null };
  let exchangeId: CourierExchangeId | null = null;
  const { saleOrderId, shippingPackageId } = asking.parcel;
  const outcome = await callCourier(ctx, providerId, "fetchLabel", labelUrl, {
    interactive: asking.interactive,
    links: { saleOrderId, shippingPackageId },
    onExchange: (id) => {
      exchangeId = id;
    },
  });
  asking.note(exchangeId);
  let words: string;
  if (outcome.ok) {
    const file = await keepPdf(ctx, asking, outcome.value);
    if (file.kind !== "fail") return file;
    words = "what came is no PDF that can be printed";
  } else {
    const { kind, reached, channelMessage } = outcome.failure;
    words = channelMessage ?? kind;
    if (kind === "refused" && reached === "no") return none; // it has no call for it, or is not connected any more
  }
  await ctx.db.transaction(ctx.tenantId, (tx) => waybills.noteLabel(tx, waybillId, null, ctx.clock.now()));
  if (labelTries + 1 >= LABEL_TRIES_MAX) return none;
  return { kind: "wait", refusal: refuse("COURIER_LABEL_NOT_YET", { ...about, words }).refusal, words };
}
