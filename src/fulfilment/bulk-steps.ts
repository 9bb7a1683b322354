import { z } from "zod";
import { findSource, invoicedBy } from "../channels/index.ts";
import { ok, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { JobRegistry } from "../platform/jobs.ts";
import { runAsWork, startWork, type WorkDefinition, type WorkId, work } from "../platform/work.ts";
import type { Patience } from "./channel-steps/ask-many.ts";
import { labelledBy } from "./channel-steps/channel-step.ts";
import { type StepPlace, stepPlaces } from "./channel-steps/store.ts";
import { invoiceAndLabel, type SingleActionResult } from "./invoice-and-label.ts";
import { INVOICES_PER_TRANSACTION, invoiceIn, invoicePackages } from "./invoice-packages.ts";
import { labelIn } from "./label-in.ts";
import { LABELS_PER_TRANSACTION, labelPackages } from "./label-packages.ts";
import { type StepResult, workedRow } from "./step.ts";

/** Up to so many packages a person waits for; more become long work with its progress. */
export const AT_ONCE_MAX = 20;
/** Longer nobody is kept waiting: what a slow channel has not answered then goes on by itself. */
const ANSWER_WITHIN_MS = 20_000;
/** Packages of a batch that channels are asked for; a few of them at once per channel. */
const ASKED_PER_BATCH = 20;
/** Packages of one bulk action: two days of a large seller. */
export const BULK_MAX = 5_000;

// The ids were parsed as package ids by the route; a stored input keeps their text.
const input = z.object({ packageIds: z.array(z.uuid().transform((id) => id as ShippingPackageId)).max(BULK_MAX) });
type Input = z.output<typeof input>;
const schema: z.ZodType<Input> = input;

export const invoiceWork = work("fulfilment.invoice_packages", { input: schema });
export const labelWork = work("fulfilment.label_packages", { input: schema });
/** Works of their own where a channel has to be asked: nothing of them holds a transaction, and they hold up no other. */
export const askInvoicesWork = work("fulfilment.ask_invoices", { input: schema });
export const askLabelsWork = work("fulfilment.ask_labels", { input: schema });
export const singleActionWork = work("fulfilment.invoice_and_label_packages", { input: schema });

/** What a bulk action answers: results now, or the long work that has them later. */
export interface BulkAnswer<R extends StepResult> {
  readonly workId: WorkId | null;
  readonly results: readonly R[];
}

const inWords = (count: number) => `${count} packages`;

const asksForInvoice = (place: StepPlace) => invoicedBy(findSource(place.source), place) === "channel";
const asksForLabel = (place: StepPlace) => labelledBy(findSource(place.source), place) === "channel";

export function invoiceMany(ctx: Ctx, packageIds: readonly ShippingPackageId[]): Promise<BulkAnswer<StepResult>> {
  const title = `Invoice ${inWords(packageIds.length)}`;
  return nowOrLater(
    ctx,
    packageIds,
    { ours: invoiceWork, asking: askInvoicesWork, asks: asksForInvoice, title },
    invoicePackages,
  );
}

export function labelMany(ctx: Ctx, packageIds: readonly ShippingPackageId[]): Promise<BulkAnswer<StepResult>> {
  const title = `Label ${inWords(packageIds.length)}`;
  return nowOrLater(
    ctx,
    packageIds,
    { ours: labelWork, asking: askLabelsWork, asks: asksForLabel, title },
    labelPackages,
  );
}

export function invoiceAndLabelMany(
  ctx: Ctx,
  packageIds: readonly ShippingPackageId[],
): Promise<BulkAnswer<SingleActionResult>> {
  const title = `Invoice and label ${inWords(packageIds.length)}`;
  const works = { ours: singleActionWork, asking: singleActionWork, asks: () => false, title };
  return nowOrLater(ctx, packageIds, works, invoiceAndLabel);
}

async function nowOrLater<R extends StepResult>(
  ctx: Ctx,
  chosen: readonly ShippingPackageId[],
  later: {
    readonly ours: WorkDefinition<Input>;
    readonly asking: WorkDefinition<Input>;
    readonly asks: (place: StepPlace) => boolean;
    readonly title: string;
  },
  act: (ctx: Ctx, input: { packageIds: readonly ShippingPackageId[] }, patience: Patience) => Promise<R[]>,
): Promise<BulkAnswer<R>> {
  const packageIds = [...new Set(chosen)];
  if (packageIds.length <= AT_ONCE_MAX) {
    const results = await act(ctx, { packageIds }, { withinMs: ANSWER_WITHIN_MS, thenLabel: false });
    return { workId: null, results };
  }
  const workId = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const asks = (await stepPlaces(tx, ctx, packageIds)).some(later.asks);
    const definition = asks ? later.asking : later.ours;
    return startWork(tx, ctx, definition, { title: later.title, input: { packageIds }, total: packageIds.length });
  });
  return { workId, results: [] };
}

/** Our own invoices and labels in chunks, each one transaction with its progress; what channels are asked for in batches. */
export function registerBulkSteps(registry: JobRegistry): void {
  const items = async (_ctx: Ctx, { packageIds }: Input) => ok(packageIds);
  runAsWork(registry, invoiceWork, {
    items,
    chunkSize: INVOICES_PER_TRANSACTION,
    chunk: async (ctx, tx, packageIds) => (await invoiceIn(tx, ctx, packageIds)).map(workedRow),
  });
  runAsWork(registry, labelWork, {
    items,
    chunkSize: LABELS_PER_TRANSACTION,
    chunk: async (ctx, tx, packageIds) => (await labelIn(tx, ctx, packageIds)).map(workedRow),
  });
  const batchSize = ASKED_PER_BATCH;
  runAsWork(registry, askInvoicesWork, {
    items,
    batchSize,
    batch: async (ctx, packageIds) => (await invoicePackages(ctx, { packageIds })).map(workedRow),
  });
  runAsWork(registry, askLabelsWork, {
    items,
    batchSize,
    batch: async (ctx, packageIds) => (await labelPackages(ctx, { packageIds })).map(workedRow),
  });
  runAsWork(registry, singleActionWork, {
    items,
    batchSize,
    batch: async (ctx, packageIds) => (await invoiceAndLabel(ctx, { packageIds })).map(workedRow),
  });
}
