import type { CourierCaller } from "../../channels/index.ts";
import { lockForMove } from "../../fulfilment/index.ts";
import { newId, type Refusal, refuse } from "../../kernel/index.ts";
import { contentHash } from "../../orders/index.ts";
import { type Ctx, type Services, systemCtx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { returnsByNumbers, type TrackedReturn } from "../../returns/index.ts";
import { meaningOf, returnMeaningOf, type ShippingProviderId } from "../../shipping/index.ts";
import { followParcel } from "../tracking.ts";
import { hearPush } from "./hear.ts";
import { hearReturnPush } from "./hear-returns.ts";
import { type PushedWord, readPush } from "./read-push.ts";
import {
  type CourierPushId,
  courierParcels,
  formerNumber,
  keepPush,
  lockWaitingPush,
  placeablePushes,
  settlePush,
  type WaitingPush,
} from "./store.ts";

const BODY_CHARACTERS_MAX = 8_000;

/** What a push came to, for the answer. */
export type PushTaken =
  | { readonly kind: "taken"; readonly message: string }
  | { readonly kind: "refused"; readonly refusal: Refusal };

interface Courier {
  readonly providerId: ShippingProviderId;
  readonly code: string;
}

/**
 * Takes a word that a courier pushed about one of its parcels: kept in the journal of pushes and on the package, and its effect,
 * in one transaction. The same push again changes nothing. What is not understood or belongs to no parcel is kept too,
 * with the reason; a number that a parcel gets later is placed then.
 * @param misfit what the contract objects to, in words; null: it fits
 */
export function takeCourierPush(
  services: Services,
  caller: CourierCaller,
  body: unknown,
  misfit: string | null,
): Promise<PushTaken> {
  const ctx = courierCtx(services, caller);
  const read = readPush(body, caller.code, ctx.now);
  const refusal =
    misfit !== null ? refuse("COURIER_PUSH_NOT_UNDERSTOOD", { detail: misfit }).refusal : read.ok ? null : read.refusal;
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const said = read.ok ? read.value : { awb: read.awb, raw: read.raw, at: null };
    const { id, before } = await keepPush(
      tx,
      {
        ...{ id: newId<"CourierPush">(), providerId: caller.providerId, awb: said.awb, raw: said.raw, at: said.at },
        ...{ contentHash: contentHash(body), body: kept(body) },
      },
      ctx.now,
    );
    if (refusal !== null || !read.ok) {
      const why = refusal ?? refuse("COURIER_PUSH_NOT_UNDERSTOOD", { detail: "" }).refusal;
      await settlePush(tx, id, { outcome: "REFUSED", code: why.code, facts: why.facts, shippingPackageId: null });
      return { kind: "refused", refusal: why };
    }
    if (before === "TAKEN") return { kind: "taken", message: "Tracking Status was told before; nothing new." };
    return place(tx, ctx, caller, id, read.value);
  });
}

/** Puts a pushed word onto its package, or says why it has none. */
async function place(tx: Tx, ctx: Ctx, courier: Courier, id: CourierPushId, word: PushedWord): Promise<PushTaken> {
  const found = await courierParcels(tx, courier.providerId, [word.awb]);
  const ours = found[0];
  if (!ours) {
    const [coming] = await returnsByNumbers(tx, courier.providerId, [word.awb]);
    return coming === undefined ? homeless(tx, courier, id, word) : placeOnReturn(tx, ctx, coming, id, word);
  }
  if (word.packageCode !== null && word.packageCode !== ours.code) {
    const facts = { awb: word.awb, package: ours.code, said: word.packageCode };
    const { refusal } = refuse("COURIER_PUSH_OTHER_PACKAGE", facts);
    await settlePush(tx, id, { outcome: "REFUSED", code: refusal.code, facts, shippingPackageId: null });
    return { kind: "refused", refusal };
  }
  const { shippingPackageId } = ours;
  await lockForMove(tx, [shippingPackageId]);
  // What stood before the lock may have changed while it was waited for: its manifest may have been closed.
  const [now = ours] = ours.isGone ? [ours] : await courierParcels(tx, courier.providerId, [word.awb]);
  const isNews = await hearPush(tx, ctx, now, word);
  await followParcel(tx, ctx, shippingPackageId);
  await settlePush(tx, id, { outcome: "TAKEN", code: null, facts: {}, shippingPackageId });
  if (!isNews) return { kind: "taken", message: "Tracking Status was told before; nothing new." };
  if (meaningOf(word.raw) === null)
    return {
      kind: "taken",
      message: `The status ${word.raw} is not known here: it was kept, nothing was changed, and the seller was asked.`,
    };
  return {
    kind: "taken",
    message:
      now.isGone || now.state === "CANCELLED"
        ? "Tracking Status updated successfully"
        : "Tracking Status was kept; it takes effect when the seller has handed the parcel over.",
  };
}

/** A word about a number that a courier collects a customer's return with. */
async function placeOnReturn(
  tx: Tx,
  ctx: Ctx,
  ours: TrackedReturn,
  id: CourierPushId,
  word: PushedWord,
): Promise<PushTaken> {
  const isNews = await hearReturnPush(tx, ctx, ours, word);
  const { returnCaseId } = ours;
  await settlePush(tx, id, { outcome: "TAKEN", code: null, facts: {}, shippingPackageId: null, returnCaseId });
  if (!isNews) return { kind: "taken", message: "Tracking Status was told before; nothing new." };
  if (returnMeaningOf(word.raw) === null)
    return {
      kind: "taken",
      message: `The status ${word.raw} is not known here: it was kept, nothing was changed, and the seller was asked.`,
    };
  return { kind: "taken", message: "Tracking Status updated successfully" };
}

async function homeless(tx: Tx, courier: Courier, id: CourierPushId, word: PushedWord): Promise<PushTaken> {
  const facts = { awb: word.awb, provider: courier.code };
  const former = await formerNumber(tx, courier.providerId, word.awb);
  const { refusal } =
    former === undefined ? refuse("COURIER_NUMBER_UNKNOWN", facts) : refuse("COURIER_NUMBER_NOT_IN_USE", facts);
  // A number that was given once comes to no parcel any more; one that nobody knows may be entered yet.
  const outcome = former === undefined ? "WAITING" : "REFUSED";
  await settlePush(tx, id, { outcome, code: refusal.code, facts, shippingPackageId: null });
  return { kind: "refused", refusal };
}

/** Places pushes whose parcel has its number by now. @returns how many there were */
export async function placeWaiting(ctx: Ctx, limit: number): Promise<number> {
  const due = await ctx.db.read(ctx.tenantId, (tx) => placeablePushes(tx, limit));
  for (const push of due)
    await ctx.db.transaction(ctx.tenantId, async (tx) => {
      if (await lockWaitingPush(tx, push.id)) await placeAgain(tx, ctx, push);
    });
  return due.length;
}

async function placeAgain(tx: Tx, ctx: Ctx, { id, providerId, providerCode: code, body }: WaitingPush): Promise<void> {
  const acting: Ctx = { ...ctx, now: ctx.clock.now(), actor: { kind: "COURIER", id: null, name: code } };
  const read = readPush(body, code, acting.now);
  if (read.ok) await place(tx, acting, { providerId, code }, id, read.value);
  else
    await settlePush(tx, id, {
      ...{ outcome: "REFUSED", code: read.refusal.code, facts: read.refusal.facts, shippingPackageId: null },
    });
}

function courierCtx(services: Services, caller: CourierCaller): Ctx {
  return {
    ...systemCtx(services, caller.tenantId, "push", "push"),
    actor: { kind: "COURIER", id: null, name: caller.code },
  };
}

/** The body as it is kept: without signs that no column holds, and no longer than a screen shows. */
function kept(body: unknown): unknown {
  const text = JSON.stringify(body ?? null).replaceAll(/\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, "\\ufffd");
  return text.length <= BODY_CHARACTERS_MAX ? JSON.parse(text) : { tooLong: text.slice(0, BODY_CHARACTERS_MAX) };
}
