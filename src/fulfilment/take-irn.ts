import { issueRegistered, openInvoices, packageOfInvoice } from "../billing/index.ts";
import { type RegisteredDocument, wishAfterIrn } from "../e-invoice/index.ts";
import { assert, ok, type Result, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueue } from "../platform/jobs.ts";
import { askStepsJob } from "./channel-steps/definitions.ts";
import { leaveToJob } from "./channel-steps/store.ts";
import { decideMove } from "./move.ts";
import { packInvoiced } from "./pack.ts";
import { type Due, openStep } from "./step.ts";
import type { StepPackage } from "./steps.store.ts";
import { tellIrn } from "./tell-irn.ts";

/** Somebody clicked invoice and label at once: the label is made when the IRN is here. */
const LABEL_WISHED = "labelFor";

/**
 * The IRN of an invoice is here: the invoice is issued and its package packed, in one transaction; a label that was asked
 * for in the same click is left to the job. Refused, and tried again, while the package may not be packed (held, being
 * picked). What was cancelled meanwhile takes nothing.
 */
export async function takeIrn(tx: Tx, ctx: Ctx, registered: RegisteredDocument): Promise<Result<undefined>> {
  const id = await packageOfInvoice(tx, registered.subjectId);
  assert(id !== undefined, "an invoice has its package");
  const { due, settled } = await openStep(tx, ctx, [id], decidePack);
  const [parcel] = due;
  if (parcel === undefined) {
    const refusal = settled.get(id)?.refusal ?? null;
    return refusal === null ? ok() : { ok: false, refusal };
  }
  const issued = await issueRegistered(tx, registered);
  if (issued === undefined || parcel.state === "CANCELLED") return ok();
  const { number, total, code, channelCode: by } = issued;
  await packInvoiced(tx, ctx, [{ parcel, number, total, code, by, irn: registered.irn }]);
  await tellIrn(tx, ctx, parcel, registered);
  const by_ = registered.continuation[LABEL_WISHED];
  if (typeof by_ === "string") {
    await leaveToJob(tx, [id], "LABEL", { by: by_, thenLabel: false }, ctx.now);
    await enqueue(tx, askStepsJob, { channelId: parcel.channelId });
  }
  return ok();
}

/**
 * An invoice that was cancelled meanwhile has a package that may not be packed, and waits for nothing. One of a cancelled package that waits
 * all the same was taken back by a credit note: it stands, and is issued without packing anything.
 */
function decidePack(parcel: StepPackage): Result<Due> {
  if (parcel.invoiceState !== "IRN_PENDING") return ok("done");
  if (parcel.state === "CANCELLED" || parcel.adopted) return ok("due"); // it left from the channel's panel meanwhile
  const may = decideMove([parcel.shippingPackageId], [parcel], "pack");
  return may.ok ? ok("due") : may;
}

/** Remembers that labels are wanted of packages that wait for their IRNs. */
export async function wishLabels(tx: Tx, ctx: Ctx, packageIds: readonly ShippingPackageId[]): Promise<void> {
  const invoices = await openInvoices(tx, packageIds);
  const ids = invoices.filter(({ state }) => state === "IRN_PENDING").map(({ invoiceId }) => invoiceId);
  if (ids.length > 0) await wishAfterIrn(tx, "INVOICE", ids, { [LABEL_WISHED]: ctx.actor.name });
}
