import { findSource } from "../../channels/index.ts";
import { assert, type InvoiceId, newId, ok, type Result, refuse } from "../../kernel/index.ts";
import { writeEvents } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import type { OriginalInvoice } from "./credit-facts.ts";
import { creditUnits } from "./credit-rules.ts";
import { readOriginal } from "./store.ts";
import { type WrittenCreditNote, writeOwnCreditNote } from "./write-credit-note.ts";

/**
 * Takes back an invoice whose IRN can no longer be cancelled, of a parcel that does not leave: the invoice stands, and a
 * credit note of our own series gives back all of it that is not given back yet. What stays of the parcel is packed and
 * invoiced anew, so that its units must not stand on this invoice any more either. In the caller's transaction.
 * Refusals: CREDIT_NOTE_CHANNELS_ALONE, those of `writeOwnCreditNote`.
 */
export async function creditCancelled(tx: Tx, ctx: Ctx, invoiceId: InvoiceId): Promise<Result<WrittenCreditNote>> {
  const original = await readOriginal(tx, invoiceId, true);
  assert(original !== undefined, "an invoice that was found is there");
  const may = decide(original);
  if (!may.ok) return may;
  const units = original.lines.flatMap((line) => line.units).filter((unit) => !unit.credited);
  const unitIds = units.map((unit) => unit.unitId);
  const credit = creditUnits(original, unitIds);
  if (!credit.ok) return credit;
  const written = await writeOwnCreditNote(tx, ctx, { original, credit: credit.value, returned: null });
  if (!written.ok) return written;
  const { creditNoteId, number, total, state, late } = written.value;
  const facts = {
    ...{ creditNote: number, creditNoteId, invoice: original.number, return: null, total, units: units.length },
    ...{ madeBy: null, late, waitsForIrn: state === "IRN_PENDING" },
  };
  const { saleOrderId, shippingPackageId: packageId } = original;
  const event = { id: newId(), saleOrderId, packageId, kind: "CREDIT_NOTE_ISSUED", facts };
  await writeEvents(tx, [event], ctx.actor, ctx.now);
  return written;
}

/** May a credit note of ours take these invoices back? Asked before a channel is. Refuses CREDIT_NOTE_CHANNELS_ALONE. */
export async function decideCreditCancelled(tx: Tx, invoiceIds: readonly InvoiceId[]): Promise<Result<undefined>> {
  for (const invoiceId of invoiceIds) {
    const original = await readOriginal(tx, invoiceId, false);
    const may = original === undefined ? ok() : decide(original);
    if (!may.ok) return may;
  }
  return ok();
}

function decide({ number, channelCode, source }: OriginalInvoice): Result<undefined> {
  if (findSource(source)?.rules.creditNoteBy !== "channel") return ok();
  return refuse("CREDIT_NOTE_CHANNELS_ALONE", { invoice: number, channel: channelCode });
}
