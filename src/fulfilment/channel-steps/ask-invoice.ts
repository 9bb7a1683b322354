import type { ChannelInvoice } from "../../../connectors/kit/index.ts";
import { creditLateInvoice, issueChannelInvoice } from "../../billing/index.ts";
import { ok, type Refusal, type Result } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { storeDocument } from "../../platform/stored-document.ts";
import { noteAwaited, packInvoiced } from "../pack.ts";
import { CHANNEL_INVOICE } from "../steps.store.ts";
import { wishLabels } from "../take-irn.ts";
import { packThere } from "./ask-pack.ts";
import { judgeFetched, type Verdict } from "./channel-step.ts";
import { parcelFacts } from "./parcel-facts.ts";
import { type Asking, type FetchedFile, keepPdf, lost } from "./question.ts";

export interface FetchedInvoice {
  readonly invoice: ChannelInvoice;
  /** Null where the channel gives no file: its page is drawn here. */
  readonly pdf: FetchedFile | null;
}

/** Asks the channel for a package's invoice, after it knows that it is packed; its PDF is checked and in the store when this is ready. */
export async function askInvoice(ctx: Ctx, asking: Asking): Promise<Verdict<FetchedInvoice>> {
  const packed = await packThere(ctx, asking);
  if (packed.kind !== "ready") return packed;
  if (asking.capabilities.pack && !(await asking.goOn(ctx))) return lost(asking, "invoice");
  const outcome = await asking.call(ctx, "fetchInvoice", parcelFacts(asking.row));
  const verdict = judgeFetched(outcome, asking.about("invoice"), "CHANNEL_INVOICE_NOT_YET");
  if (verdict.kind !== "ready") return verdict;
  const invoice = verdict.value;
  if (invoice.pdf === null) return { kind: "ready", value: { invoice, pdf: null } };
  const file = await keepPdf(ctx, asking, invoice.pdf);
  return file.kind === "ready" ? { kind: "ready", value: { invoice, pdf: file.value } } : file;
}

/** `waits`: the invoice is written, and its package is packed when its IRN is here. */
export interface WrittenInvoice {
  readonly invoiceNumber: string;
  readonly awb: string | null;
  readonly waits: boolean;
}

/** Writes the invoice down and packs its package, which is locked and may be packed. Refusals as of `issueChannelInvoice`. */
export async function writeInvoice(
  tx: Tx,
  ctx: Ctx,
  asking: Asking,
  fetched: FetchedInvoice,
): Promise<Result<WrittenInvoice, Refusal>> {
  const { parcel } = asking;
  const { invoice, pdf } = fetched;
  const issued = await issueChannelInvoice(tx, ctx, parcel, invoice, async () =>
    pdf === null
      ? null
      : storeDocument(tx, ctx, {
          kept: pdf.kept,
          mediaType: "application/pdf",
          fileName: `invoice-${parcel.code}.pdf`,
          recordType: "shipping_package",
          recordId: parcel.shippingPackageId,
          kind: CHANNEL_INVOICE,
          exchangeId: pdf.exchangeId,
        }),
  );
  if (!issued.ok) return issued;
  const { number, total, code, state } = issued.value;
  const waits = state === "IRN_PENDING";
  if (waits) {
    await noteAwaited(tx, ctx, [{ ...parcel, invoiceNumber: number }]);
    if (asking.claim.thenLabel) await wishLabels(tx, ctx, [parcel.shippingPackageId]);
  } else await packInvoiced(tx, ctx, [{ parcel, number, total, code, by: parcel.channelCode }]);
  if (parcel.adopted) await creditLateInvoice(tx, ctx, parcel.shippingPackageId);
  return ok({ invoiceNumber: number, awb: parcel.awb, waits });
}
