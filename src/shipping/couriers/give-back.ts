import { audit } from "../../identity/index.ts";
import { type Id, ok, type Result, refuse, type ShippingPackageId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueueAll } from "../../platform/jobs.ts";
import type { ShippingProviderId } from "../provider.ts";
import { findAccount } from "./account.store.ts";
import { accountAbilities } from "./call.ts";
import { tellCourierJob } from "./definitions.ts";
import { findCourier } from "./registry.ts";
import { dropUpdates, lockTelling, repeatRow, settleRow, wakeTellings, wantTelling } from "./telling.store.ts";
import { becomeGivingBack, becomeGivingBackReturn, endGivingBack, lockLive } from "./waybill.store.ts";
import type { TellingId, WaybillId, WaybillSubject } from "./waybill.ts";

type Numbers = readonly { readonly waybillId: WaybillId; readonly providerId: ShippingProviderId }[];

/**
 * The couriers' numbers of these packages are not used: each is never given to a parcel again, and its courier is told, in
 * the background, until it knows. In the caller's transaction.
 * @param except the number that the package has now: it stays
 */
export async function giveBackNumbers(
  tx: Tx,
  ctx: Pick<Ctx, "now" | "actor">,
  packageIds: readonly ShippingPackageId[],
  why: { readonly reason: string; readonly except?: { readonly providerId: ShippingProviderId; readonly awb: string } },
): Promise<number> {
  if (packageIds.length === 0) return 0;
  const given = await becomeGivingBack(tx, packageIds, why.except ?? null, ctx.now);
  await tellOfCancel(tx, ctx, given, why.reason);
  return given.length;
}

/** The same of a customer's return that is not collected after all. */
export async function giveBackReturnNumber(
  tx: Tx,
  ctx: Pick<Ctx, "now" | "actor">,
  returnCaseId: Id<"ReturnCase">,
  reason: string,
): Promise<number> {
  const given = await becomeGivingBackReturn(tx, returnCaseId, ctx.now);
  await tellOfCancel(tx, ctx, given, reason);
  return given.length;
}

/** Wants couriers to be told that numbers (GIVING_BACK) are not used. */
export async function tellOfCancel(
  tx: Tx,
  ctx: Pick<Ctx, "now" | "actor">,
  given: Numbers,
  reason: string,
): Promise<void> {
  if (given.length === 0) return;
  await dropUpdates(
    tx,
    given.map((each) => each.waybillId),
    ctx.now,
  );
  await wantTelling(tx, given, "CANCEL", { reason, by: ctx.actor.name }, ctx.now);
  await startTelling(tx, given);
}

/**
 * Weight, size or boxes of a subject are others than its courier was told: it is told, in the background, where it takes
 * that. In the caller's transaction. @returns whether somebody is told
 */
export async function tellOfChange(
  tx: Tx,
  ctx: Pick<Ctx, "now" | "actor">,
  subject: WaybillSubject,
  reason: string,
): Promise<boolean> {
  const waybill = await lockLive(tx, subject);
  if (waybill?.state !== "GIVEN") return false; // who asks for one compares, when it is there, what was told
  const account = await findAccount(tx, waybill.providerId);
  if (!account || !findCourier(account.courier) || !accountAbilities(account).updates) return false;
  await wantTelling(tx, [waybill], "UPDATE", { reason, by: ctx.actor.name }, ctx.now);
  await startTelling(tx, [waybill]);
  return true;
}

export function startTelling(tx: Tx, of: readonly { readonly providerId: ShippingProviderId }[]): Promise<void> {
  const providers = [...new Set(of.map((each) => each.providerId))];
  return enqueueAll(
    tx,
    tellCourierJob,
    providers.map((providerId) => ({ providerId })),
  );
}

/** A courier was connected: what waits to be told is told at once. */
export async function wakeCourier(tx: Tx, ctx: Ctx, providerId: ShippingProviderId): Promise<void> {
  if ((await wakeTellings(tx, providerId, ctx.clock.now())) > 0) await startTelling(tx, [{ providerId }]);
}

/** Tells a courier once more. Refusals: NOT_FOUND, TELLING_STATE. */
export function repeatTelling(ctx: Ctx, tellingId: TellingId): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const telling = await lockTelling(tx, ctx, tellingId);
    if (!telling) return refuse("NOT_FOUND", { what: "telling of a courier", id: tellingId });
    if (telling.state !== "FAILED" && telling.state !== "WAITING")
      return refuse("TELLING_STATE", { awb: telling.awb, state: telling.state });
    await repeatRow(tx, tellingId, ctx.actor.name, ctx.clock.now());
    await startTelling(tx, [telling]);
    return ok();
  });
}

/**
 * A person says that the courier knows (was told by telephone, or on its panel), or need not know. Refusals: NOT_FOUND,
 * TELLING_STATE.
 */
export function settleTelling(ctx: Ctx, tellingId: TellingId): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const telling = await lockTelling(tx, ctx, tellingId);
    if (!telling) return refuse("NOT_FOUND", { what: "telling of a courier", id: tellingId });
    if (telling.state !== "FAILED" && telling.state !== "WAITING")
      return refuse("TELLING_STATE", { awb: telling.awb, state: telling.state });
    const at = ctx.clock.now();
    await settleRow(tx, tellingId, ctx.actor.name, at);
    if (telling.kind === "CANCEL") await endGivingBack(tx, telling.waybillId, "GIVEN_BACK", at);
    await audit(tx, ctx, {
      action: "shipping.courier_telling_settled",
      recordType: "shipping_provider",
      recordId: telling.providerId,
      recordCode: telling.provider,
      after: { kind: telling.kind, awb: telling.awb },
    });
    return ok();
  });
}
