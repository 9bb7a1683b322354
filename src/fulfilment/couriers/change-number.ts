import { ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import {
  awbFault,
  findCourierAccount,
  giveBackNumbers,
  type ProviderRow,
  type WaybillRow,
  waybills,
} from "../../shipping/index.ts";
import { packageLifecycle } from "../shipping-package.ts";
import type { StepPackage } from "../steps.store.ts";

/**
 * May a person give a package this courier, or this number of it, as far as couriers' APIs are concerned? Gives the number
 * that the package has of one, or the question for it. Refusals, in this order: COURIER_ASKED_NOW, COURIER_NUMBER_UNSURE,
 * COURIER_SWAP_UNASKED, AWB_TAKEN.
 */
export async function decideChange(
  tx: Tx,
  ctx: Pick<Ctx, "now">,
  parcel: StepPackage,
  provider: ProviderRow,
  awb: string | undefined,
): Promise<Result<WaybillRow | undefined>> {
  const { shippingPackageId: packageId, code } = parcel;
  const { providerId } = provider;
  const live = await waybills.lockLive(tx, { packageId });
  if (live?.askingUntil && Temporal.Instant.compare(live.askingUntil, ctx.now) > 0)
    return refuse("COURIER_ASKED_NOW", { package: code });
  // A number typed for the courier whose answer was lost is that answer.
  const unsure = live !== undefined && live.state !== "GIVEN";
  if (unsure && (live.providerId !== providerId || awb === undefined))
    return refuse("COURIER_NUMBER_UNSURE", { package: code, courier: live.providerCode });
  if (provider.kind === "API" && awb === undefined && !packageLifecycle.may("label", parcel.state))
    return refuse("COURIER_SWAP_UNASKED", { provider: provider.code, package: code });
  if (awb === undefined) return ok(live);
  const holder = await waybills.lockNumber(tx, { providerId, awb });
  const isOwn = holder !== undefined && holder.waybillId === live?.waybillId;
  return holder === undefined || isOwn ? ok(live) : refuse("AWB_TAKEN", { awb, provider: provider.code });
}

/**
 * A package gets another courier or number: what a courier gave by its API and is not used any more goes back, and a number
 * that a person typed for such a courier is followed like one that it gave.
 */
export async function changeNumber(
  tx: Tx,
  ctx: Pick<Ctx, "now" | "actor">,
  parcel: StepPackage,
  provider: ProviderRow,
  to: { readonly awb: string | null; readonly live: WaybillRow | undefined },
): Promise<void> {
  const { shippingPackageId: packageId, code } = parcel;
  const { providerId } = provider;
  const { awb, live } = to;
  // Chosen anew and not labelled yet: a number that it gave before is the one that it would be asked for.
  if (awb === null && live?.providerId === providerId) return;
  const except = awb === null ? {} : { except: { providerId, awb } };
  await giveBackNumbers(tx, ctx, [packageId], { reason: "another courier or number was chosen", ...except });
  if (awb === null || provider.kind !== "API" || awbFault(awb) !== null) return;
  if (live !== undefined && live.state !== "GIVEN") {
    const typed = { awb, carrier: null, routingCode: null, labelUrl: null };
    return waybills.becomeGiven(tx, live.waybillId, typed, null, ctx.now);
  }
  if (live?.awb === awb && live.providerId === providerId) return;
  if ((await findCourierAccount(tx, providerId)) === undefined) return; // nobody to tell
  const subject = { packageId };
  await waybills.insertTyped(tx, { providerId, subject, subjectCode: code, awb, by: ctx.actor.name }, ctx.now);
}
