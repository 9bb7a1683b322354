/** What is inside the portal's answers, read and proved. */
import type { Inv01 } from "../../contract/inv01.ts";
import { describeMisfits, type Schema, validator } from "../../contract/validators.ts";
import { parseRupees } from "../../src/kernel/index.ts";
import type { PortalFailure, Registered } from "../kit/index.ts";
import { meaningOf } from "./codes.ts";
import { NIC_CONTRACT } from "./contract/index.ts";
import { jsonOf, readSigned, unseal } from "./crypto.ts";
import { portalInstant } from "./session.ts";

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly words: string };

const registration = validator(NIC_CONTRACT, "Registration");
const qrData = validator(NIC_CONTRACT, "QrData");
const duplicate = validator(NIC_CONTRACT, "Duplicate");
const signedDocument = validator(NIC_CONTRACT, "SignedDocument");

/** The JSON that the portal encrypted with the session's key; undefined where there is none. */
export function openData(data: string | null | undefined, sek: Buffer): unknown {
  const bytes = typeof data === "string" ? unseal(data, sek) : null;
  return bytes === null ? undefined : jsonOf(bytes.toString("utf8"));
}

/** A registered document. Both signed texts must be the portal's, and speak of the IRN that the answer names. */
export function readRegistered(json: unknown, signingKeys: readonly string[]): Read<Registered> {
  const checked = registration(json);
  if (!checked.ok) return { ok: false, words: `The registration is not complete: ${describeMisfits(checked.errors)}` };
  const { AckNo, AckDt, Irn, SignedInvoice, SignedQRCode, Status } = checked.value;
  const ackAt = portalInstant(AckDt);
  if (ackAt === null) return { ok: false, words: `${AckDt} is no time of acknowledgement` };
  const invoice = readSigned(SignedInvoice, signingKeys);
  if (!invoice.ok) return { ok: false, words: `The signed invoice ${invoice.words}` };
  const code = readSigned(SignedQRCode, signingKeys);
  if (!code.ok) return { ok: false, words: `The signed QR code ${code.words}` };
  const qr = qrData(code.data);
  if (!qr.ok) return { ok: false, words: `The signed QR code is not complete: ${describeMisfits(qr.errors)}` };
  const document = signedDocument(invoice.data);
  if (!document.ok || document.value.Irn !== Irn || qr.value.Irn !== Irn)
    return { ok: false, words: "The signed texts speak of another IRN than the answer" };
  return {
    ok: true,
    value: {
      irn: Irn,
      ackNo: String(AckNo),
      ackAt,
      state: Status === "CNL" ? "CANCELLED" : "ACTIVE",
      signedInvoice: SignedInvoice,
      signedQr: SignedQRCode,
      qr: qr.value,
      proved: invoice.proved && code.proved,
      adopted: false,
    },
  };
}

/** The IRN that a refusal for a duplicate names, where it does. */
export function duplicateIrn(info: readonly Schema<typeof NIC_CONTRACT, "InfoDetail">[]): string | null {
  for (const { InfCd, Desc } of info) {
    if (InfCd !== "DUPIRN") continue;
    const read = duplicate(typeof Desc === "string" ? jsonOf(Desc) : Desc);
    if (read.ok) return read.value.Irn;
  }
  return null;
}

/**
 * Is what the portal holds under a number the document that was to be registered, so that its IRN is ours? The same
 * buyer and the same total, as the field does it; and it must not have been cancelled. Null where it is.
 */
export function whyNotAdopted(document: Inv01, { qr, irn, state }: Registered): PortalFailure | null {
  const same =
    qr.BuyerGstin === document.BuyerDtls.Gstin &&
    qr.DocTyp === document.DocDtls.Typ &&
    qr.DocNo.toUpperCase() === document.DocDtls.No &&
    parseRupees(qr.TotInvVal) === parseRupees(document.ValDtls.TotInvVal);
  if (same && state === "ACTIVE") return null;
  const { whatToDo } = meaningOf("2150");
  const number = document.DocDtls.No;
  return {
    reached: "yes",
    kind: "refused",
    advice: same ? "FINAL" : "DUPLICATE",
    faults: [{ code: "2150", message: `IRN ${irn}` }],
    channelCode: "2150",
    channelMessage: `2150: IRN ${irn}, buyer ${qr.BuyerGstin}, total ${qr.TotInvVal}`,
    words: same
      ? `The IRN of ${number} was cancelled at NIC; a number gets no second one.`
      : `NIC has registered ${number} for another document: buyer ${qr.BuyerGstin}, total ${qr.TotInvVal}.`,
    whatToDo: same ? "Cancel this invoice and make another under a new number." : whatToDo,
  };
}
