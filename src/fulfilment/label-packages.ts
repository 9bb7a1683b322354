import { assert, newId, type Result, refuse, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type AssignedCourier, assignCouriers } from "../shipping/index.ts";
import { movePackages } from "./move.ts";
import { decideLabel, failed, inOrder, openStep, type StepResult } from "./step.ts";
import { type CourierRow, fillParcels, type StepPackage, writeCouriers } from "./steps.store.ts";
import { writeEvents } from "./store.ts";

/** Packages of one transaction. */
export const LABELS_PER_TRANSACTION = 50;

/**
 * Gives packed packages a courier and a tracking number, and makes them READY_TO_SHIP. A courier that a person chose
 * before stays. What is refused is told by name and stops nothing else.
 */
export async function labelPackages(
  ctx: Ctx,
  input: { packageIds: readonly ShippingPackageId[] },
): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (let at = 0; at < input.packageIds.length; at += LABELS_PER_TRANSACTION) {
    const ids = input.packageIds.slice(at, at + LABELS_PER_TRANSACTION);
    results.push(...(await ctx.db.transaction(ctx.tenantId, (tx) => labelIn(tx, ctx, ids))));
  }
  return results;
}

/** `labelPackages` in the caller's transaction. */
export async function labelIn(tx: Tx, ctx: Ctx, ids: readonly ShippingPackageId[]): Promise<StepResult[]> {
  const { due, settled } = await openStep(tx, ctx, ids, decideLabel);
  const open = due.filter((p) => p.awb === null);
  const assigned = await assignCouriers(
    tx,
    ctx,
    open.map((p) => ({ packageId: p.shippingPackageId, pincode: p.pincode, cod: p.cod })),
  );
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
  const { providerId, sortCode, code, why, rejected } = choice;
  const row = {
    shippingPackageId: parcel.shippingPackageId,
    providerId,
    awb,
    sortCode,
    choice: { code, why, rejected },
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
