import { findSource } from "../channels/index.ts";
import { assert, newId, type Result, refuse, type ShippingPackageId } from "../kernel/index.ts";
import { writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueueAll } from "../platform/jobs.ts";
import { type AssignedCourier, assignCouriers, type ShippingProviderId, waybills } from "../shipping/index.ts";
import { labelledBy } from "./channel-steps/channel-step.ts";
import { askCourierStepsJob } from "./channel-steps/definitions.ts";
import { dropSteps, leaveToJob } from "./channel-steps/store.ts";
import { parcelsToOffer } from "./couriers/choose.ts";
import { movePackages } from "./move.ts";
import { type Due, decideLabel, failed, inOrder, openStep, type StepResult, waiting } from "./step.ts";
import { type CourierRow, fillParcels, type StepPackage, writeCouriers } from "./steps.store.ts";

/** A package whose channel began to ship it while we looked is left alone. */
function decideOwnLabel(parcel: StepPackage): Result<Due> {
  if (labelledBy(findSource(parcel.source), parcel) === "channel")
    return refuse("STEP_CHANGED_HANDS", { package: parcel.code });
  return decideLabel(parcel);
}

/** So long who labels has to ask the couriers himself; then the job does. */
const CALLER_ASKS_SECONDS = 60;

/**
 * Labels packages that the seller ships, in the caller's transaction: with what a person chose, or a courier's next number.
 * Those whose courier is asked by its API are WAITING with COURIER_ASKED_SOON: asked by the job, or, where the caller says so,
 * by the caller outside of this transaction.
 */
export async function labelIn(
  tx: Tx,
  ctx: Ctx,
  ids: readonly ShippingPackageId[],
  asks: "job" | "caller" = "job",
): Promise<StepResult[]> {
  const { due, settled } = await openStep(tx, ctx, ids, decideOwnLabel);
  const askable = await toBeAsked(tx, due);
  const open = due.filter((p) => p.awb === null && !askable.has(p.shippingPackageId));
  const assigned = await assignCouriers(tx, ctx, await parcelsToOffer(tx, ctx, open));
  for (const { shippingPackageId: id } of open) {
    const courier = assigned.get(id);
    if (courier?.ok && courier.value.awb === null)
      askable.set(id, { providerId: courier.value.choice.providerId, code: courier.value.choice.code });
  }
  for (const parcel of due) {
    const courier = askable.get(parcel.shippingPackageId);
    if (courier === undefined) continue;
    const soon = refuse("COURIER_ASKED_SOON", { package: parcel.code, courier: courier.code }).refusal;
    settled.set(parcel.shippingPackageId, waiting(parcel, soon));
  }
  await leaveToCouriers(tx, ctx, askable, asks);
  const labelled: { parcel: StepPackage; courier: string; awb: string; row: CourierRow | null }[] = [];
  for (const parcel of due) {
    if (askable.has(parcel.shippingPackageId)) continue;
    if (parcel.awb !== null) {
      labelled.push({ parcel, courier: parcel.providerCode ?? "", awb: parcel.awb, row: null });
      continue;
    }
    const courier = courierOf(parcel, assigned.get(parcel.shippingPackageId));
    if (courier.ok)
      labelled.push({ parcel, courier: courier.value.code, awb: courier.value.row.awb, row: courier.value.row });
    else settled.set(parcel.shippingPackageId, failed(parcel, courier.refusal));
  }
  for (const { parcel, awb } of labelled)
    settled.set(parcel.shippingPackageId, {
      shippingPackageId: parcel.shippingPackageId,
      code: parcel.code,
      outcome: "DONE",
      refusal: null,
      invoiceNumber: parcel.invoiceNumber,
      awb,
    });
  if (labelled.length > 0) await write(tx, ctx, labelled);
  return inOrder(ids, settled);
}

type Askable = Map<ShippingPackageId, { readonly providerId: ShippingProviderId; readonly code: string }>;

/** Packages that have a courier to ask already: a person chose it, or it was asked and what it gave is not written yet. */
async function toBeAsked(tx: Tx, due: readonly StepPackage[]): Promise<Askable> {
  const open = due.filter((parcel) => parcel.awb === null);
  const askable: Askable = new Map();
  for (const { shippingPackageId, providerId, providerCode } of open)
    if (providerId !== null) askable.set(shippingPackageId, { providerId, code: providerCode ?? "" });
  const live =
    open.length === 0
      ? []
      : await waybills.liveOf(
          tx,
          open.map((parcel) => parcel.shippingPackageId),
        );
  for (const { packageId, providerId, providerCode } of live)
    if (packageId !== null) askable.set(packageId, { providerId, code: providerCode });
  return askable;
}

async function leaveToCouriers(tx: Tx, ctx: Ctx, askable: Askable, asks: "job" | "caller"): Promise<void> {
  const now = ctx.clock.now();
  const notBefore = asks === "job" ? now : now.add({ seconds: CALLER_ASKS_SECONDS });
  const byProvider = Map.groupBy(askable, ([, { providerId }]) => providerId);
  for (const [providerId, entries] of byProvider) {
    const ids = entries.map(([id]) => id);
    await leaveToJob(tx, ids, "LABEL", { by: ctx.actor.name, thenLabel: false, providerId, notBefore }, now);
  }
  if (asks === "job")
    await enqueueAll(
      tx,
      askCourierStepsJob,
      [...byProvider.keys()].map((providerId) => ({ providerId })),
    );
}

function courierOf(
  parcel: StepPackage,
  assigned: Result<AssignedCourier> | undefined,
): Result<{ code: string; row: CourierRow & { readonly awb: string } }> {
  assert(assigned !== undefined, "each package that asks for a courier gets an answer");
  if (!assigned.ok) return assigned;
  const { choice, awb } = assigned.value;
  assert(awb !== null, "a courier that is asked by its API is not written before it was asked");
  const { providerId, sortCode, code, why, rule, rejected } = choice;
  const row = {
    shippingPackageId: parcel.shippingPackageId,
    providerId,
    awb,
    sortCode,
    choice: { code, why, rule, rejected },
  };
  return { ok: true, value: { code, row } };
}

async function write(
  tx: Tx,
  ctx: Ctx,
  labelled: readonly { parcel: StepPackage; courier: string; awb: string; row: CourierRow | null }[],
): Promise<void> {
  const ids = labelled.map(({ parcel }) => parcel.shippingPackageId);
  const chosen = labelled.flatMap(({ row }) => row ?? []);
  if (chosen.length > 0) await writeCouriers(tx, chosen, ctx.now);
  await fillParcels(tx, ids, ctx.now);
  await dropSteps(tx, ids, "LABEL"); // of packages that the channel was to ship
  await writeEvents(
    tx,
    labelled.map(({ parcel, courier, awb }) => ({
      id: newId(),
      saleOrderId: parcel.saleOrderId,
      packageId: parcel.shippingPackageId,
      kind: "LABEL_MADE",
      facts: { package: parcel.code, courier, awb },
    })),
    ctx.actor,
    ctx.now,
  );
  const moved = await movePackages(tx, ctx, ids, "label");
  assert(moved.ok, "a locked package that may be labelled can be labelled");
}
