import type { Result, ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { PATIENT, type Patience } from "./channel-steps/ask-many.ts";
import { invoicePackages } from "./invoice-packages.ts";
import { labelPackages } from "./label-packages.ts";
import { type Due, decideInvoiceAndLabel, inOrder, type StepResult, sortStep } from "./step.ts";
import type { StepPackage } from "./steps.store.ts";
import { wishLabels } from "./take-irn.ts";

/** Packages read at once before the steps, which look again under their locks. */
const LOOKED_AT_ONCE = 500;

/** How many PDFs one click gives, by the channel's setting Single Action Invoice Label New. */
export type Prints = "TWO_PDFS" | "ONE_PDF";

export interface SingleActionResult extends StepResult {
  /** Null where the channel's setting is OFF. */
  readonly prints: Prints | null;
}

/**
 * One click: invoices packages, and then labels them, in a transaction of its own. So where the label fails, the package
 * stays PACKED with its invoice and the label's error is told: a number is never rolled back for a courier's sake. What a
 * channel has not answered in time goes on by itself, the label after the invoice.
 */
export async function invoiceAndLabel(
  ctx: Ctx,
  input: { packageIds: readonly ShippingPackageId[] },
  patience: Patience = PATIENT,
): Promise<SingleActionResult[]> {
  const endAtMs = performance.now() + (patience.withinMs ?? 0);
  const left = () => (patience.withinMs === null ? null : Math.max(0, endAtMs - performance.now()));
  const ids = [...new Set(input.packageIds)];
  const settings = new Map<string, StepPackage["singleAction"]>();
  const settled = new Map<string, StepResult>();
  const due: ShippingPackageId[] = [];
  for (let at = 0; at < ids.length; at += LOOKED_AT_ONCE) {
    const some = ids.slice(at, at + LOOKED_AT_ONCE);
    const sorted = await ctx.db.read(ctx.tenantId, (tx) => sortStep(tx, ctx, some, decide(settings)));
    for (const [id, result] of sorted.settled) settled.set(id, result);
    due.push(...sorted.due.map((parcel) => parcel.shippingPackageId));
  }
  const invoiced = await invoicePackages(ctx, { packageIds: due }, { withinMs: left(), thenLabel: true });
  for (const result of invoiced) settled.set(result.shippingPackageId, result);
  // The label of what waits for its IRN is made when the IRN is here.
  const awaited = [...settled.values()].filter((result) => result.refusal?.code === "EINVOICE_WAITING");
  const awaitedIds = awaited.map((result) => result.shippingPackageId);
  if (awaitedIds.length > 0) await ctx.db.transaction(ctx.tenantId, (tx) => wishLabels(tx, ctx, awaitedIds));
  const numbers = new Map(invoiced.map((result) => [result.shippingPackageId, result.invoiceNumber]));
  const packageIds = invoiced.filter(isInvoiced).map((result) => result.shippingPackageId);
  for (const result of await labelPackages(ctx, { packageIds }, { withinMs: left(), thenLabel: false })) {
    // The number stands beside the label's refusal: the package is PACKED, and only the label is tried again.
    const invoiceNumber = numbers.get(result.shippingPackageId) ?? result.invoiceNumber;
    settled.set(result.shippingPackageId, { ...result, invoiceNumber });
  }
  return inOrder(input.packageIds, settled).map((result) => ({
    ...result,
    prints: printsOf(settings.get(result.shippingPackageId)),
  }));
}

/** Remembers the setting of each package's channel on the way. */
function decide(settings: Map<string, StepPackage["singleAction"]>) {
  return (parcel: StepPackage): Result<Due> => {
    settings.set(parcel.shippingPackageId, parcel.singleAction);
    return decideInvoiceAndLabel(parcel);
  };
}

function isInvoiced({ outcome }: StepResult): boolean {
  return outcome === "DONE" || outcome === "UNCHANGED";
}

function printsOf(setting: StepPackage["singleAction"] | undefined): Prints | null {
  switch (setting) {
    case "INVOICE_THEN_LABEL":
      return "TWO_PDFS";
    case "INVOICE_AND_LABEL_MERGED":
      return "ONE_PDF";
    case "OFF":
    case undefined:
      return null;
  }
}
