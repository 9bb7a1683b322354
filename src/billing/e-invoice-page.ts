import type { RegisteredDocument } from "../e-invoice/index.ts";
import { INDIA } from "../kernel/index.ts";
import type { InvoiceDocument } from "./invoice-document.ts";

const CAPTION = "Signed QR code of the e-invoice";

/** A page with its IRN: acknowledgement and signed code stand on it, in place of any other code. For credit notes as well. */
export function withIrn(
  document: InvoiceDocument,
  { irn, ackNo, ackAt, signedQr }: Pick<RegisteredDocument, "irn" | "ackNo" | "ackAt" | "signedQr">,
): InvoiceDocument {
  return {
    ...document,
    qr: { payload: signedQr, caption: CAPTION },
    eInvoice: {
      irn,
      acknowledgementNumber: ackNo,
      // The portal's clock shows India's time, whatever the facility's.
      acknowledgedOn: ackAt.toZonedDateTimeISO(INDIA).toPlainDate().toString(),
    },
  };
}
