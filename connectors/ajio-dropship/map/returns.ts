/** Grades, credit notes and IRNs between our words and AJIO's. Pure. */
import type { RequestBody, Schema } from "../../../contract/types.ts";
import type { ChannelAnswer, ChannelCreditNote, GradeFacts, IrnFacts, ReturnGrade } from "../../kit/index.ts";
import { isPdf, type Reading, readBase64 } from "../../protocol/map/documents.ts";
import { answerOf } from "../../protocol/map/incoming.ts";
import { text } from "../../protocol/map/json.ts";
import { wallTime } from "../../protocol/map/time.ts";
import type {} from "../contract/index.ts";
import { readItems, readPaperTime } from "./items.ts";

type Graded = Schema<"ajio-dropship", "GradedItem">;

/** AJIO knows good and bad; what failed the quality check cannot be sold again either, and says so beside. */
const INVENTORY_TYPES: Readonly<Record<ReturnGrade, Pick<Graded, "inventoryType" | "remarks">>> = {
  good: { inventoryType: "GOOD" },
  bad: { inventoryType: "BAD" },
  qc_rejected: { inventoryType: "BAD", remarks: "QC rejected" },
};

export function toGrades(facts: GradeFacts): RequestBody<"ajio-dropship", "postReturnGrades"> {
  const units = new Map<string, Graded>();
  for (const { channelOrderItemId: orderItemId, productId, variantId, quantity, grade } of facts.lines) {
    const key = `${orderItemId}\n${grade}`;
    const known = units.get(key)?.quantity ?? 0;
    units.set(key, { orderItemId, productId, variantId, ...INVENTORY_TYPES[grade], quantity: known + quantity });
  }
  return {
    orderId: facts.channelOrderId,
    ...(facts.channelReturnId === null ? {} : { returnId: facts.channelReturnId }),
    returnType: facts.kind === "RTO" ? "COURIER_RETURN" : "CUSTOMER_RETURN",
    items: [...units.values()],
  };
}

export function readGradesResult(
  answer: Schema<"ajio-dropship", "GradesResult">,
  sentLineIds: readonly string[],
): ChannelAnswer {
  return answerOf(answer.status, answer.orderItems ?? [], sentLineIds, text(answer.message));
}

/** A credit note that has a number; where its PDF is, if it did not come along. @param zone in which its time is read */
export function readCreditNote(
  answer: Schema<"ajio-dropship", "CreditNote">,
  zone: string,
): Reading<{ readonly note: ChannelCreditNote; readonly documentUrl: string | null }> {
  const number = answer.creditNoteNumber.trim();
  const paper = `credit note ${number}`;
  const issuedAt = readPaperTime(answer.creditNoteDate, zone);
  if (issuedAt === null) return { ok: false, words: `${paper}: ${answer.creditNoteDate} is no time` };
  const lines = readItems(paper, answer.items);
  if (!lines.ok) return lines;
  const negative = lines.value.find((line) => line.taxable < 0);
  if (negative) return { ok: false, words: `${paper}, line ${negative.channelOrderItemId}: its value is below zero` };
  const given = text(answer.document);
  const pdf = given === null ? null : readBase64(given);
  if (given !== null && (pdf === null || !isPdf(pdf)))
    return { ok: false, words: `${paper}: its document is no PDF in base64` };
  const series = text(answer.creditNoteSeries);
  const originalInvoiceNumber = text(answer.originalInvoiceNumber);
  const documentUrl = pdf === null ? text(answer.documentUrl) : null;
  const note = { number, series, issuedAt, originalInvoiceNumber, lines: lines.value, pdf };
  return { ok: true, value: { note, documentUrl } };
}

export function toIrn(facts: IrnFacts, zone: string): RequestBody<"ajio-dropship", "postIrn"> {
  return {
    orderId: facts.channelOrderId,
    documentType: facts.document,
    documentNumber: facts.number,
    irn: facts.irn,
    ackNumber: facts.ackNumber,
    ackDate: wallTime(facts.acknowledgedAt, zone),
    signedQrCode: facts.signedQr,
  };
}

/** The result's key is the document's number. */
export function readIrnResult(answer: Schema<"ajio-dropship", "IrnResult">, number: string): ChannelAnswer {
  const accepted = answer.status === "SUCCESS";
  const message = accepted ? null : (text(answer.message) ?? `The channel answered ${answer.status}.`);
  return { status: answer.status, results: [{ key: number, accepted, message }], message };
}
