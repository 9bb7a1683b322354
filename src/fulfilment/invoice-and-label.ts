import type { Result, ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { invoiceIn } from "./invoice-packages.ts";
import { labelIn } from "./label-packages.ts";
import { type Due, decideInvoiceAndLabel, failed, inOrder, openStep, type StepResult } from "./step.ts";
import type { StepPackage } from "./steps.store.ts";

/** How many PDFs one click gives, by the channel's setting Single Action Invoice Label New. */
export type Prints = "TWO_PDFS" | "ONE_PDF";

export interface SingleActionResult extends StepResult {
  /** Null where the channel's setting is OFF. */
  readonly prints: Prints | null;
}

/** Packages of one transaction; see `invoicePackages`. */
const CHUNK = 50;

/**
 * One click: invoices packages, and then labels them, in a transaction of its own. So where the label fails, the package
 * stays PACKED with its invoice and the label's error is told: a number is never rolled back for a courier's sake.
 */
export async function invoiceAndLabel(
  ctx: Ctx,
  input: { packageIds: readonly ShippingPackageId[] },
): Promise<SingleActionResult[]> {
  const results: SingleActionResult[] = [];
  for (let at = 0; at < input.packageIds.length; at += CHUNK)
    results.push(...(await chunk(ctx, input.packageIds.slice(at, at + CHUNK))));
  return results;
}

async function chunk(ctx: Ctx, ids: readonly ShippingPackageId[]): Promise<SingleActionResult[]> {
  const settings = new Map<string, StepPackage["singleAction"]>();
  const decide = (parcel: StepPackage): Result<Due> => {
    settings.set(parcel.shippingPackageId, parcel.singleAction);
    return decideInvoiceAndLabel(parcel);
  };
  const { settled, invoiced } = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const opened = await openStep(tx, ctx, ids, decide);
    const wanted = opened.due.map((parcel) => parcel.shippingPackageId);
    return { settled: opened.settled, invoiced: await invoiceIn(tx, ctx, wanted) };
  });
  for (const result of invoiced) if (result.outcome === "FAILED") settled.set(result.shippingPackageId, result);
  const toLabel = invoiced.filter((result) => result.outcome !== "FAILED").map((result) => result.shippingPackageId);
  const labelled = await ctx.db.transaction(ctx.tenantId, (tx) => labelIn(tx, ctx, toLabel));
  for (const result of labelled) {
    const before = invoiced.find((each) => each.shippingPackageId === result.shippingPackageId);
    // The number stands beside the label's refusal: the package is PACKED, and only the label is tried again.
    settled.set(
      result.shippingPackageId,
      result.refusal === null
        ? result
        : failed({ ...result, invoiceNumber: before?.invoiceNumber ?? result.invoiceNumber }, result.refusal),
    );
  }
  return inOrder(ids, settled).map((result) => ({
    ...result,
    prints: printsOf(settings.get(result.shippingPackageId)),
  }));
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
