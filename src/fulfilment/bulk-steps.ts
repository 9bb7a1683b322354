import { z } from "zod";
import { ok, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { JobRegistry } from "../platform/jobs.ts";
import { runAsWork, startWork, type WorkDefinition, type WorkId, work } from "../platform/work.ts";
import { invoiceAndLabel, type SingleActionResult } from "./invoice-and-label.ts";
import { INVOICES_PER_TRANSACTION, invoiceIn, invoicePackages } from "./invoice-packages.ts";
import { LABELS_PER_TRANSACTION, labelIn, labelPackages } from "./label-packages.ts";
import { failed, type StepResult, workedRow } from "./step.ts";

/** Up to so many packages a person waits for; more become long work with its progress. */
export const AT_ONCE_MAX = 20;
/** Packages of one bulk action: two days of a large seller. */
export const BULK_MAX = 5_000;

// The ids were parsed as package ids by the route; a stored input keeps their text.
const input = z.object({ packageIds: z.array(z.uuid().transform((id) => id as ShippingPackageId)).max(BULK_MAX) });
type Input = z.output<typeof input>;
const schema: z.ZodType<Input> = input;

export const invoiceWork = work("fulfilment.invoice_packages", { input: schema });
export const labelWork = work("fulfilment.label_packages", { input: schema });
export const singleActionWork = work("fulfilment.invoice_and_label_packages", { input: schema });

/** What a bulk action answers: results now, or the long work that has them later. */
export interface BulkAnswer<R extends StepResult> {
  readonly workId: WorkId | null;
  readonly results: readonly R[];
}

const inWords = (count: number) => `${count} packages`;

export function invoiceMany(ctx: Ctx, packageIds: readonly ShippingPackageId[]): Promise<BulkAnswer<StepResult>> {
  return nowOrLater(ctx, packageIds, invoiceWork, `Invoice ${inWords(packageIds.length)}`, invoicePackages);
}

export function labelMany(ctx: Ctx, packageIds: readonly ShippingPackageId[]): Promise<BulkAnswer<StepResult>> {
  return nowOrLater(ctx, packageIds, labelWork, `Label ${inWords(packageIds.length)}`, labelPackages);
}

export function invoiceAndLabelMany(
  ctx: Ctx,
  packageIds: readonly ShippingPackageId[],
): Promise<BulkAnswer<SingleActionResult>> {
  const title = `Invoice and label ${inWords(packageIds.length)}`;
  return nowOrLater(ctx, packageIds, singleActionWork, title, invoiceAndLabel);
}

async function nowOrLater<R extends StepResult>(
  ctx: Ctx,
  chosen: readonly ShippingPackageId[],
  definition: WorkDefinition<Input>,
  title: string,
  act: (ctx: Ctx, input: { packageIds: readonly ShippingPackageId[] }) => Promise<R[]>,
): Promise<BulkAnswer<R>> {
  const packageIds = [...new Set(chosen)];
  if (packageIds.length <= AT_ONCE_MAX) return { workId: null, results: await act(ctx, { packageIds }) };
  const workId = await ctx.db.transaction(ctx.tenantId, (tx) =>
    startWork(tx, ctx, definition, { title, input: { packageIds }, total: packageIds.length }),
  );
  return { workId, results: [] };
}

/** Invoices and labels in chunks, each one transaction with its progress; the single action package by package, since it has two. */
export function registerBulkSteps(registry: JobRegistry): void {
  runAsWork(registry, invoiceWork, {
    items: async (_ctx, { packageIds }) => ok(packageIds),
    chunkSize: INVOICES_PER_TRANSACTION,
    chunk: async (ctx, tx, packageIds) => (await invoiceIn(tx, ctx, packageIds)).map(workedRow),
  });
  runAsWork(registry, labelWork, {
    items: async (_ctx, { packageIds }) => ok(packageIds),
    chunkSize: LABELS_PER_TRANSACTION,
    chunk: async (ctx, tx, packageIds) => (await labelIn(tx, ctx, packageIds)).map(workedRow),
  });
  runAsWork(registry, singleActionWork, {
    items: async (_ctx, { packageIds }) => ok(packageIds),
    each: async (ctx, packageId) => {
      const [result] = await invoiceAndLabel(ctx, { packageIds: [packageId] });
      const missing = { code: "PACKAGE_NOT_FOUND", facts: { packages: [packageId] } };
      return workedRow(result ?? failed({ shippingPackageId: packageId, code: packageId }, missing));
    },
  });
}
