import { checkNumbers, taxLoweredBy } from "../../e-invoice/index.ts";
import { readTenantSetting } from "../../identity/index.ts";
import {
  assert,
  financialYear,
  type Id,
  type LocalDate,
  localDate,
  newId,
  ok,
  type Paise,
  type Result,
  refuse,
} from "../../kernel/index.ts";
import { takeCodes } from "../../platform/codes.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { type KeptBytes, storeDocument } from "../../platform/stored-document.ts";
import { type SeriesOwner, takeNumber } from "../../warehouse/index.ts";
import { INVOICE_TEMPLATE_VERSION } from "../invoice-document.ts";
import { invoiceTerms } from "../settings.ts";
import { type ChannelCredit, judgeChannelCredit } from "./channel-credit-rules.ts";
import { creditDocument } from "./credit-document.ts";
import { judgeCreditIrn, registerCredit } from "./credit-e-invoice.ts";
import type { CreditNoteId, OriginalInvoice, ReturnOfUnits } from "./credit-facts.ts";
import type { Credit } from "./credit-rules.ts";
import { insertCreditNote, lockCreditNumber } from "./store.ts";

/** What a channel's file is to its credit note. */
export const CHANNEL_CREDIT_NOTE = "CREDIT_NOTE";

/** What a credit note is made of: the locked invoice, what is given back of it, and why. */
export interface CreditTask {
  readonly original: OriginalInvoice;
  readonly credit: Credit;
  readonly returned: ReturnOfUnits | null;
}

export interface WrittenCreditNote {
  readonly creditNoteId: CreditNoteId;
  readonly number: string;
  readonly on: LocalDate;
  readonly total: Paise;
  /** ISSUED, or it waits for its IRN. */
  readonly state: "ISSUED" | "IRN_PENDING";
  /** It comes too late to lower the invoice's tax (CGST Act s.34(2)). */
  readonly late: boolean;
}

/** A number with its day, and what came with it. */
interface Numbered {
  readonly number: string;
  readonly on: LocalDate;
  readonly financialYear: number;
  readonly series: { readonly seriesId: Id<"InvoiceSeries">; readonly sequence: number } | null;
  readonly channel: ChannelPaper | null;
}

/** A channel's credit note as it came: by asking, or by the hand of a person. */
export interface ChannelPaper {
  readonly given: ChannelCredit;
  readonly said: { readonly taxable: Paise; readonly tax: Paise } | null;
  readonly file: KeptBytes | null;
  readonly exchangeId: string | null;
  readonly enteredBy: string | null;
}

/**
 * Writes a credit note of our own series, in the caller's transaction: the series of whoever issued the invoice; where its
 * channel did, of its billing party or facility. The number is taken last. A portal that would refuse it is asked before.
 * Refusals: CREDIT_INVOICE_CANCELLED, SERIES_MISSING, SERIES_YEAR_PASSED, SERIES_EXHAUSTED, SERIES_PREFIX_TAKEN, those of e-invoices (EINVOICE_NUMBER_OF_ANOTHER too).
 */
export async function writeOwnCreditNote(tx: Tx, ctx: Ctx, task: CreditTask): Promise<Result<WrittenCreditNote>> {
  const { original } = task;
  const open = checkOpen(original);
  if (!open.ok) return open;
  const on = localDate(ctx.now, original.zone);
  const needsIrn = await judgeCreditIrn(tx, ctx, task, { number: null, on });
  if (!needsIrn.ok) return needsIrn;
  const { facilityCode, channelCode, sellerGstin: gstin } = original;
  const request = { ...ownerOf(original), documentType: "SALE_RETURN_INVOICE", on, facilityCode, channelCode } as const;
  const taken = await takeNumber(tx, request, async (numbers) =>
    needsIrn.value && gstin !== null
      ? checkNumbers(
          tx,
          { gstin, documentType: "CRN", on },
          numbers.map(({ number }) => number),
        )
      : ok(),
  );
  if (!taken.ok) return taken;
  const { number, seriesId, sequence, financialYear: year } = taken.value;
  const numbered = { number, on, financialYear: year, series: { seriesId, sequence }, channel: null };
  return ok(await write(tx, ctx, task, numbered, needsIrn.value));
}

function ownerOf({ ownerFacilityId, ownerBillingPartyId }: OriginalInvoice): SeriesOwner {
  if (ownerBillingPartyId !== null) return { billingPartyId: ownerBillingPartyId };
  assert(ownerFacilityId !== null, "a series is a facility's or a billing party's");
  return { facilityId: ownerFacilityId };
}

/**
 * Writes down the credit note that a channel made, under its number, in the caller's transaction: our series are untouched.
 * @param acceptAmounts a person takes amounts that are not the invoice's share
 * Refusals: CREDIT_INVOICE_CANCELLED, those of `judgeChannelCredit`, CREDIT_NOTE_NUMBER_TAKEN, those of e-invoices.
 */
export async function writeChannelCreditNote(
  tx: Tx,
  ctx: Ctx,
  task: CreditTask,
  paper: Omit<ChannelPaper, "said">,
  options: { readonly acceptAmounts: boolean },
): Promise<Result<WrittenCreditNote>> {
  const { original } = task;
  const { given } = paper;
  const open = checkOpen(original);
  if (!open.ok) return open;
  const judged = judgeChannelCredit(original, task.credit, given, { now: ctx.now, ...options });
  if (!judged.ok) return judged;
  const { credit, said } = judged.value;
  const taken = await lockCreditNumber(tx, original.channelId, given.number);
  if (taken !== undefined)
    return refuse("CREDIT_NOTE_NUMBER_TAKEN", {
      ...{ channel: original.channelCode, number: given.number, invoice: original.number, other: taken },
    });
  const { number, on } = given;
  const needsIrn = await judgeCreditIrn(tx, ctx, { ...task, credit }, { number, on });
  if (!needsIrn.ok) return needsIrn;
  const numbered = { number, on, financialYear: financialYear(on), series: null, channel: { ...paper, said } };
  return ok(await write(tx, ctx, { ...task, credit }, numbered, needsIrn.value));
}

function checkOpen(original: OriginalInvoice): Result<undefined> {
  return original.state === "CANCELLED" ? refuse("CREDIT_INVOICE_CANCELLED", { invoice: original.number }) : ok();
}

async function write(
  tx: Tx,
  ctx: Ctx,
  task: CreditTask,
  numbered: Numbered,
  needsIrn: boolean,
): Promise<WrittenCreditNote> {
  const { original, credit, returned } = task;
  const { number, on, channel } = numbered;
  const [code] = await takeCodes(tx, "CREDIT_NOTE_CODE", "CN-", 1);
  assert(code !== undefined, "a code was taken for the credit note");
  const creditNoteId = newId<"CreditNote">();
  const lastDay = taxLoweredBy(original.issuedOn);
  const terms = await readTenantSetting(tx, invoiceTerms);
  const byChannel = channel === null ? null : original.channelName;
  const document = creditDocument(original, credit, { number, on, byChannel, returned, taxLoweredBy: lastDay, terms });
  const state = needsIrn ? "IRN_PENDING" : "ISSUED";
  const pdfId = channel?.file
    ? await storeDocument(tx, ctx, {
        kept: channel.file,
        mediaType: "application/pdf",
        fileName: `credit-note-${original.packageCode}.pdf`,
        recordType: "credit_note",
        recordId: creditNoteId,
        kind: CHANNEL_CREDIT_NOTE,
        exchangeId: channel.exchangeId,
      })
    : null;
  const note = {
    ...({ creditNoteId, code, number, state, on, taxLoweredBy: lastDay, document, pdfId } as const),
    returnCaseId: returned?.returnCaseId ?? null,
    byChannel: channel !== null,
    series: channel?.given.series ?? null,
    seriesId: numbered.series?.seriesId ?? null,
    sequence: numbered.series?.sequence ?? null,
    financialYear: numbered.financialYear,
    said: channel?.said ?? null,
    enteredBy: channel?.enteredBy ?? null,
    exchangeId: channel?.exchangeId ?? null,
    templateVersion: INVOICE_TEMPLATE_VERSION,
  };
  await insertCreditNote(tx, original, credit, note, ctx.now);
  if (needsIrn) await registerCredit(tx, ctx, task, { creditNoteId, number, on });
  const late = Temporal.PlainDate.compare(on, lastDay) > 0;
  return { creditNoteId, number, on, total: credit.total, state, late };
}
