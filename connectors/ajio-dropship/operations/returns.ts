/** What AJIO takes and gives about returns and e-invoices: not of the protocol, and assumed by us (`../contract`). */
import {
  badAnswer,
  type Call,
  type ChannelCreditNote,
  type Fetched,
  fail,
  type OperationTable,
  type Outcome,
  succeed,
} from "../../kit/index.ts";
import { downloadFileWith } from "../../protocol/index.ts";
import { isPdf } from "../../protocol/map/documents.ts";
import { isJson } from "../../protocol/map/json.ts";
import { fetchedOf } from "../../protocol/operations/send.ts";
import { type TokenForm, withToken } from "../../protocol/operations/token.ts";
import { readCreditNote, readGradesResult, readIrnResult, toGrades, toIrn } from "../map/returns.ts";
import { fittingAjio, sendAjio } from "./send.ts";

/** Tells the grades of a return. The whole of it each time, so that a lost answer is sent again. */
export function reportGradeWith(form: TokenForm): OperationTable["reportGrade"] {
  return async (call, facts) => {
    const request = { id: "postReturnGrades", body: toGrades(facts) } as const;
    const sent = await withToken(call, form, (headers) => sendAjio(call, request, headers));
    if (!sent.ok) return sent;
    const fits = fittingAjio(request.id, sent.value);
    if (!fits.ok) return fits;
    const ids = facts.lines.map((line) => line.channelOrderItemId);
    return succeed(readGradesResult(fits.value, ids));
  };
}

/**
 * AJIO's credit note with its PDF. Not made yet: 404, 202, an answer without a number, or a file that is not there. Asking
 * again gives the same one.
 */
export function fetchCreditNoteWith(form: TokenForm, zone: string): OperationTable["fetchCreditNote"] {
  return async (call, facts) => {
    const orderItemIds = [...new Set(facts.lines.map((line) => line.channelOrderItemId))].join(",");
    const returnId = facts.channelReturnId === null ? {} : { returnId: facts.channelReturnId };
    const request = {
      id: "getCreditNote",
      query: { orderId: facts.channelOrderId, orderItemIds, ...returnId },
    } as const;
    const answered = await withToken(call, form, async (headers) => fetchedOf(await sendAjio(call, request, headers)));
    if (!answered.ok) return answered;
    if (answered.value.state === "NOT_YET") return succeed(answered.value);
    const { json, status } = answered.value.value;
    if (isJson(json) && (json.creditNoteNumber === null || json.creditNoteNumber === ""))
      return succeed({ state: "NOT_YET", message: "The credit note has no number yet." });
    const fits = fittingAjio(request.id, answered.value.value);
    if (!fits.ok) return fits;
    const read = readCreditNote(fits.value, zone);
    if (!read.ok) return fail(badAnswer({ idempotent: true }, status, read.words));
    const { note, documentUrl } = read.value;
    return documentUrl === null ? succeed({ state: "READY", value: note }) : withFile(call, form, note, documentUrl);
  };
}

/** The note is of use with its paper alone: while the file is not there, neither is the note. */
async function withFile(
  call: Call,
  form: TokenForm,
  note: ChannelCreditNote,
  address: string,
): Promise<Outcome<Fetched<ChannelCreditNote>>> {
  const file = await downloadFileWith(form)(call, address);
  if (!file.ok) return file;
  if (file.value.state === "NOT_YET")
    return succeed({ state: "NOT_YET", message: `Credit note ${note.number} is made; its PDF is not there yet.` });
  const pdf = file.value.value;
  if (isPdf(pdf)) return succeed({ state: "READY", value: { ...note, pdf } });
  return fail(badAnswer({ idempotent: true }, 200, `credit note ${note.number}: the file at its address is no PDF`));
}

/** Tells IRN and signed QR code of a document that AJIO numbered. The same told twice is one. */
export function giveIrnWith(form: TokenForm, zone: string): OperationTable["giveIrn"] {
  return async (call, facts) => {
    const request = { id: "postIrn", body: toIrn(facts, zone) } as const;
    const sent = await withToken(call, form, (headers) => sendAjio(call, request, headers));
    if (!sent.ok) return sent;
    const fits = fittingAjio(request.id, sent.value);
    return fits.ok ? succeed(readIrnResult(fits.value, facts.number)) : fits;
  };
}
