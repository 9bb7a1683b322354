import type { PortalQr } from "../../connectors/kit/invoice-portal.ts";
import type { Inv01 } from "../../contract/inv01.ts";
import { ok, parseRupees, type Refusal, type Result, refuse } from "../kernel/index.ts";

/**
 * Is what the portal registered the document that was sent? Its IRN is the one worked out here, and the signed QR code
 * says the same of it: a code that names another document must not be printed on this one.
 * Refusals: EINVOICE_ANSWER_DIFFERS with the members that differ.
 */
export function judgeRegistration(
  document: Inv01,
  irn: string,
  answer: { readonly irn: string; readonly qr: PortalQr },
): Result<void, Refusal<"EINVOICE_ANSWER_DIFFERS">> {
  const { qr } = answer;
  const pairs: readonly (readonly [string, string | number | null, string | number | null])[] = [
    ["Irn", irn, answer.irn],
    ["QR Irn", irn, qr.Irn],
    ["QR SellerGstin", document.SellerDtls.Gstin, qr.SellerGstin],
    ["QR BuyerGstin", document.BuyerDtls.Gstin, qr.BuyerGstin],
    ["QR DocTyp", document.DocDtls.Typ, qr.DocTyp],
    ["QR DocNo", document.DocDtls.No, qr.DocNo.toUpperCase()],
    ["QR DocDt", document.DocDtls.Dt, qr.DocDt],
    ["QR ItemCnt", document.ItemList.length, qr.ItemCnt],
    ["QR TotInvVal", parseRupees(document.ValDtls.TotInvVal), parseRupees(qr.TotInvVal)],
  ];
  const differing = pairs.flatMap(([name, sent, got]) => (sent === got ? [] : [name]));
  return differing.length === 0
    ? ok()
    : refuse("EINVOICE_ANSWER_DIFFERS", { number: document.DocDtls.No, members: differing, irn: answer.irn });
}
