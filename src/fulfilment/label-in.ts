import { findSource } from "../channels/index.ts";
import { assert, newId, type Result, refuse, type ShippingPackageId } from "../kernel/index.ts";
import { writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type AssignedCourier, assignCouriers } from "../shipping/index.ts";
import { labelledBy } from "./channel-steps/channel-step.ts";
import { dropSteps } from "./channel-steps/store.ts";
import { movePackages } from "./move.ts";
import { parcelsToAssign } from "./rule-facts.ts";
import { type Due, decideLabel, failed, inOrder, openStep, type StepResult } from "./step.ts";
import { type CourierRow, fillParcels, type StepPackage, writeCouriers } from "./steps.store.ts";

/** A package whose channel began to ship it while we looked is left alone. */
function decideOwnLabel(parcel: StepPackage): Result<Due> {
  if (labelledBy(findSource(parcel.source), parcel) === "channel")
    return refuse("STEP_CHANGED_HANDS", { package: parcel.code });
  return decideLabel(parcel);
}

/** Labels packages that the seller ships, in the caller's transaction. */
export async function labelIn(tx: Tx, ctx: Ctx, ids: readonly ShippingPackageId[]): Promise<StepResult[]> {
  const { due, settled } = await openStep(tx, ctx, ids, decideOwnLabel);
  const open = due.filter((p) => p.awb === null);
  const assigned = await assignCouriers(tx, ctx, await parcelsToAssign(tx, open));
  const labelled: { parcel: StepPackage; courier: string; awb: string; row: CourierRow | null }[] = [];
  for (const parcel of due) {
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

function courierOf(
  parcel: StepPackage,
  assigned: Result<AssignedCourier> | undefined,
): Result<{ code: string; row: CourierRow }> {
  assert(assigned !== undefined, "each package that asks for a courier gets an answer");
  if (!assigned.ok) return assigned;
  const { choice, awb } = assigned.value;
  if (awb === null) return refuse("AWB_AWAITED", { package: parcel.code, provider: choice.code });
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
