import { readTaxClasses, type TaxClassId } from "../catalog/index.ts";
import { readTenantSetting } from "../identity/index.ts";
import { assert, type InvoiceId, newId, ok, type Result, type ShippingPackageId } from "../kernel/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type SeriesOwner, type TakenNumber, takeNumbers } from "../warehouse/index.ts";
import type { PackageFacts } from "./invoice-facts.ts";
import { commonRow, lineRow } from "./invoice-rows.ts";
import { draftInvoice, type InvoiceDraft } from "./invoice-rules.ts";
import { invoiceTerms, roundToRupee } from "./settings.ts";
import { type IssuedInvoice, insertInvoices, openInvoices, readInvoiceFacts } from "./store.ts";

/** What became of one package: its invoice, and whether it was there before. */
export interface InvoiceOutcome {
  readonly shippingPackageId: ShippingPackageId;
  readonly result: Result<IssuedInvoice & { readonly existed: boolean }>;
}

/**
 * Issues the invoices of packages whose rows the caller has locked, in the caller's transaction: one a package, numbers
 * taken last, so that a number exists exactly when its invoice does. A package that has an invoice gets that one. What
 * cannot be invoiced is refused by name and takes no number; the others go on. Outcomes in the order of `packages`.
 * Refusals: those of `draftInvoice`, SERIES_MISSING, SERIES_EXHAUSTED, SERIES_YEAR_PASSED, SERIES_PREFIX_TAKEN.
 * Packages whose channel makes the invoice go through `issueChannelInvoice`: who calls this knows which they are.
 */
export async function issueInvoices(tx: Tx, ctx: Ctx, packages: readonly PackageFacts[]): Promise<InvoiceOutcome[]> {
  const ids = packages.map((p) => p.shippingPackageId);
  const outcomes = new Map<ShippingPackageId, InvoiceOutcome["result"]>();
  for (const invoice of await openInvoices(tx, ids))
    outcomes.set(invoice.shippingPackageId, ok({ ...invoice, existed: true }));
  const drafts = await draftAll(
    tx,
    ctx,
    ids.filter((id) => !outcomes.has(id)),
    outcomes,
  );
  const numbered = await number(tx, drafts, outcomes);
  for (const invoice of await write(tx, ctx, numbered))
    outcomes.set(invoice.shippingPackageId, ok({ ...invoice, existed: false }));
  return packages.map(({ shippingPackageId }) => {
    const result = outcomes.get(shippingPackageId);
    assert(result !== undefined, "a locked package is there when it is invoiced");
    return { shippingPackageId, result };
  });
}

type Outcomes = Map<ShippingPackageId, InvoiceOutcome["result"]>;

async function draftAll(
  tx: Tx,
  ctx: Ctx,
  ids: readonly ShippingPackageId[],
  outcomes: Outcomes,
): Promise<InvoiceDraft[]> {
  if (ids.length === 0) return [];
  const facts = await readInvoiceFacts(tx, ids);
  const classIds = new Set(facts.flatMap((f) => f.units.flatMap((u) => u.taxClassId ?? [])));
  // Ids of classes lose their brand on the way through the pure facts.
  const classes = await readTaxClasses(tx, [...classIds] as TaxClassId[]);
  const byId = new Map<string, (typeof classes)[number]>(classes.map((c) => [c.taxClassId, c]));
  const options = { now: ctx.now, roundToRupee: await readTenantSetting(tx, roundToRupee) };
  return facts.flatMap((each) => {
    const draft = draftInvoice(each, byId, options);
    if (draft.ok) return [draft.value];
    outcomes.set(each.shippingPackageId, draft);
    return [];
  });
}

interface Numbered {
  readonly draft: InvoiceDraft;
  readonly taken: TakenNumber;
}

/** Takes numbers series by series, always in the same order, so that two bulks never wait for each other in a ring. */
async function number(tx: Tx, drafts: readonly InvoiceDraft[], outcomes: Outcomes): Promise<Numbered[]> {
  const numbered: Numbered[] = [];
  const groups = Map.groupBy(drafts, (draft) => `${ownerOf(draft).id} ${draft.on.toString()}`);
  for (const [, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [first] = group;
    if (first === undefined) continue; // a group has a member
    const channels = [...new Set(group.map((draft) => draft.facts.channelCode))];
    const taken = await takeNumbers(
      tx,
      {
        ...ownerOf(first).owner,
        documentType: "SALE_INVOICE",
        on: first.on,
        facilityCode: first.facts.facilityCode,
        channelCode: channels.join(", "),
      },
      group.length,
    );
    for (const [i, draft] of group.entries()) {
      const one = taken.ok ? taken.value[i] : undefined;
      if (one !== undefined) numbered.push({ draft, taken: one });
      else if (!taken.ok) outcomes.set(draft.facts.shippingPackageId, taken);
    }
  }
  return numbered;
}

function ownerOf({ facts }: InvoiceDraft): { id: string; owner: SeriesOwner } {
  const { billingPartyId } = facts.seller;
  return billingPartyId === null
    ? { id: facts.facilityId, owner: { facilityId: facts.facilityId } }
    : { id: billingPartyId, owner: { billingPartyId } };
}

async function write(tx: Tx, ctx: Ctx, numbered: readonly Numbered[]): Promise<IssuedInvoice[]> {
  if (numbered.length === 0) return [];
  const terms = await readTenantSetting(tx, invoiceTerms);
  const codes = await takeCodes(tx, "INVOICE_CODE", "IC-", numbered.length);
  const made = numbered.map(({ draft, taken }, i) => {
    const code = codes[i];
    assert(code !== undefined, "a code was taken for each invoice");
    return { draft, taken, code, invoiceId: newId<"Invoice">() };
  });
  await insertInvoices(
    tx,
    {
      invoices: made.map((m) => invoiceRow(m, terms)),
      lines: made.flatMap((m) => m.draft.lines.map((line, i) => lineRow(m.invoiceId, i + 1, line))),
    },
    ctx.now,
  );
  return made.map(({ draft, taken, code, invoiceId }) => ({
    invoiceId,
    shippingPackageId: draft.facts.shippingPackageId,
    code,
    number: taken.number,
    issuedOn: draft.on,
    total: draft.totals.payable,
  }));
}

interface Made extends Numbered {
  readonly code: string;
  readonly invoiceId: InvoiceId;
}

function invoiceRow({ draft, taken, code, invoiceId }: Made, terms: readonly string[]): Record<string, unknown> {
  return {
    ...commonRow(draft, { invoiceId, code, number: taken.number, terms }),
    seriesId: taken.seriesId,
    sequence: taken.sequence,
    year: taken.financialYear,
  };
}
