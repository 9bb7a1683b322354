import { readTaxClasses, type TaxClassId } from "../catalog/index.ts";
import { checkNumbers } from "../e-invoice/index.ts";
import { readTenantSetting } from "../identity/index.ts";
import { assert, type InvoiceId, newId, ok, type Result, type ShippingPackageId } from "../kernel/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type SeriesOwner, type TakenNumber, takeNumbers } from "../warehouse/index.ts";
import type { PackageFacts } from "./invoice-facts.ts";
import { commonRow, lineRow } from "./invoice-rows.ts";
import { draftInvoice, type InvoiceDraft } from "./invoice-rules.ts";
import { judgeInvoice, reportInvoice } from "./report-invoices.ts";
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
 * One whose channel reports invoices is IRN_PENDING: it has its number, and its package may not be packed yet.
 * Refusals: those of `draftInvoice`, those of `judgeInvoice`, SERIES_MISSING, SERIES_EXHAUSTED, SERIES_YEAR_PASSED, SERIES_PREFIX_TAKEN,
 * EINVOICE_NUMBER_OF_ANOTHER (a channel gave the next number already, under the same GSTIN).
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
  const reported = await judgeAll(tx, ctx, drafts, outcomes);
  const numbered = await number(tx, reported, outcomes);
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

interface Judged {
  readonly draft: InvoiceDraft;
  readonly needsIrn: boolean;
}

/** What the portal would refuse takes no number. */
async function judgeAll(tx: Tx, ctx: Ctx, drafts: readonly InvoiceDraft[], outcomes: Outcomes): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const draft of drafts) {
    const found = await judgeInvoice(tx, ctx, draft, null);
    if (found.ok) judged.push({ draft, needsIrn: found.value.needsIrn });
    else outcomes.set(draft.facts.shippingPackageId, found);
  }
  return judged;
}

interface Numbered extends Judged {
  readonly taken: TakenNumber;
}

/** Takes numbers series by series, always in the same order, so that two bulks never wait for each other in a ring. */
async function number(tx: Tx, judged: readonly Judged[], outcomes: Outcomes): Promise<Numbered[]> {
  const numbered: Numbered[] = [];
  const groups = Map.groupBy(judged, ({ draft }) => `${ownerOf(draft).id} ${draft.on.toString()}`);
  for (const [, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
    numbered.push(...(await numberGroup(tx, group, outcomes)));
  return numbered;
}

/** Of one series and day. Where the portal has a number already those that need an IRN are refused, and the others numbered. */
async function numberGroup(tx: Tx, group: readonly Judged[], outcomes: Outcomes): Promise<Numbered[]> {
  const [first] = group;
  if (first === undefined) return [];
  const channelCode = [...new Set(group.map(({ draft }) => draft.facts.channelCode))].join(", ");
  const { draft } = first;
  const { facilityCode } = draft.facts;
  const request = {
    ...ownerOf(draft).owner,
    documentType: "SALE_INVOICE",
    on: draft.on,
    facilityCode,
    channelCode,
  } as const;
  const taken = await takeNumbers(tx, request, group.length, (numbers) => checkFree(tx, group, numbers));
  if (taken.ok)
    return group.flatMap((each, i) => {
      const one = taken.value[i];
      return one === undefined ? [] : [{ ...each, taken: one }];
    });
  const spent = taken.refusal.code === "EINVOICE_NUMBER_OF_ANOTHER";
  const refused = spent ? group.filter(({ needsIrn }) => needsIrn) : group;
  for (const each of refused) outcomes.set(each.draft.facts.shippingPackageId, taken);
  return numberGroup(
    tx,
    group.filter((each) => !refused.includes(each)),
    outcomes,
  );
}

/** Numbers are given in the order of the group: those of documents that need an IRN must be free at the portal. */
async function checkFree(
  tx: Tx,
  group: readonly Judged[],
  numbers: readonly TakenNumber[],
): Promise<Result<undefined>> {
  const wanted = group.flatMap(({ draft, needsIrn }, i) =>
    needsIrn ? [{ gstin: draft.facts.seller.gstin, on: draft.on, number: numbers[i]?.number ?? "" }] : [],
  );
  for (const [gstin, same] of Map.groupBy(wanted, (each) => each.gstin)) {
    const [one] = same;
    if (gstin === null || one === undefined) continue; // whoever needs an IRN is registered
    const free = await checkNumbers(
      tx,
      { gstin, documentType: "INV", on: one.on },
      same.map(({ number }) => number),
    );
    if (!free.ok) return free;
  }
  return ok();
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
  const made = numbered.map((each, i) => {
    const code = codes[i];
    assert(code !== undefined, "a code was taken for each invoice");
    return { ...each, code, invoiceId: newId<"Invoice">() };
  });
  await insertInvoices(
    tx,
    {
      invoices: made.map((m) => invoiceRow(m, terms)),
      lines: made.flatMap((m) => m.draft.lines.map((line, i) => lineRow(m.invoiceId, i + 1, line))),
    },
    ctx.now,
  );
  for (const { draft, needsIrn, taken, invoiceId } of made)
    if (needsIrn) await reportInvoice(tx, ctx, draft, { invoiceId, number: taken.number });
  return made.map(({ draft, needsIrn, taken, code, invoiceId }) => ({
    invoiceId,
    shippingPackageId: draft.facts.shippingPackageId,
    code,
    number: taken.number,
    issuedOn: draft.on,
    total: draft.totals.payable,
    state: needsIrn ? "IRN_PENDING" : "ISSUED",
  }));
}

interface Made extends Numbered {
  readonly code: string;
  readonly invoiceId: InvoiceId;
}

function invoiceRow(
  { draft, needsIrn, taken, code, invoiceId }: Made,
  terms: readonly string[],
): Record<string, unknown> {
  return {
    ...commonRow(draft, { invoiceId, code, number: taken.number, needsIrn, terms }),
    seriesId: taken.seriesId,
    sequence: taken.sequence,
    year: taken.financialYear,
  };
}
