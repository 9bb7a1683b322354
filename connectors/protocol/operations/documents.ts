/** Invoice, courier, label and manifest of channels that make them. All are questions: asking again changes nothing. */
import {
  badAnswer,
  type ConnectorFailure,
  type Fetched,
  fail,
  type InAnswer,
  type OperationTable,
  type Outcome,
  type ParcelFacts,
  succeed,
} from "../../kit/index.ts";
import { explainError } from "../failures.ts";
import { isPdf, readBase64, readCourier, readInvoice, readManifest } from "../map/documents.ts";
import { isJson, text } from "../map/json.ts";
import { toManifestRequest } from "../map/outgoing.ts";
import { fetchedOf, fitting, type Headers, sendChecked, sendForFetched } from "./send.ts";
import { type TokenForm, withToken } from "./token.ts";

/** The channel's invoice of an order: number, date, rates. Not made yet: 404, 202, or an answer without a number. */
export function fetchInvoiceWith(form: TokenForm, zone: string): OperationTable["fetchInvoice"] {
  return async (call, parcel) => {
    const query = { orderId: parcel.channelOrderId };
    const request = { id: "getInvoiceDetails", query, idempotent: true } as const;
    const answered = await withToken(call, form, (headers) => sendForFetched(call, request, headers));
    if (!answered.ok || answered.value.state === "NOT_YET") return noneYet(answered);
    const { value: answer } = answered.value;
    if (hasNoNumber(answer.json)) return succeed({ state: "NOT_YET", message: "The invoice has no number yet." });
    const fits = fitting(request, answer);
    if (!fits.ok) return fits;
    const read = readInvoice(fits.value, zone);
    if (read.ok) return succeed({ state: "READY", value: read.value });
    return fail(badAnswer(request, answer.status, read.words));
  };
}

/** An invoice that is not made may come as null beside a number that is "" or null: no reason to look at the rest. */
function hasNoNumber(json: unknown): boolean {
  if (!isJson(json) || !("code" in json)) return false;
  return json.code === null || (typeof json.code === "string" && text(json.code) === null);
}

/** Courier and tracking number of the package. */
export function fetchCourierWith(form: TokenForm): OperationTable["fetchCourier"] {
  return async (call, parcel) => {
    const query = { orderItemIds: lineIds(parcel) };
    const answered = await withToken(call, form, (headers) =>
      sendChecked(call, { id: "getCourierDetails", query, idempotent: true }, headers),
    );
    return answered.ok ? succeed(readCourier(answered.value)) : answered;
  };
}

/** The label's PDF. Not made yet: 404 or 202. That it can be read is judged where every document from outside is. */
export function fetchLabelWith(form: TokenForm): OperationTable["fetchLabel"] {
  return async (call, parcel) => {
    const request = { id: "getLabels", query: { orderItemIds: lineIds(parcel) }, idempotent: true } as const;
    const answered = await withToken(call, form, (headers) => sendForFetched(call, request, headers));
    if (!answered.ok || answered.value.state === "NOT_YET") return noneYet(answered);
    const { json, status } = answered.value.value;
    const value = readBase64(json);
    if (value === null)
      return fail(badAnswer(request, status, `The label is not a bare base64 text: ${typeof json} ${shown(json)}`));
    if (isPdf(value)) return succeed({ state: "READY", value });
    return fail(badAnswer(request, status, `The label is no PDF: ${shown(value.subarray(0, 60).toString("latin1"))}`));
  };
}

/** The hand-over list for these lines. It tells no dispatch and changes no state: asked again, the list is given again. */
export function fetchManifestWith(form: TokenForm): OperationTable["fetchManifest"] {
  return async (call, wish) => {
    const body = toManifestRequest(wish);
    const answered = await withToken(call, form, (headers) =>
      sendChecked(call, { id: "fetchManifest", body, idempotent: true }, headers),
    );
    if (!answered.ok) return answered;
    const sent = wish.lines.map((line) => line.channelOrderItemId);
    return succeed(readManifest(answered.value, sent));
  };
}

/**
 * A file by the address that the channel gave. The token goes along only to the source's own origin: another host is
 * anybody's. What such a host refuses is no word about the channel's credentials, so that a link that has expired does not
 * break the channel.
 */
export function downloadFileWith(form: TokenForm): OperationTable["downloadFile"] {
  return async (call, address) => {
    if (!URL.canParse(address))
      return fail({ reached: "no", kind: "bad_answer", channelMessage: `"${shown(address)}" is not an address.` });
    const get = async (headers: Headers) =>
      fetchedOf(
        await call.send({
          operation: "downloadFile",
          method: "GET",
          path: address,
          expects: "file",
          headers,
          idempotent: true,
          explain: explainError,
        }),
      );
    const answered = call.isOwn(address) ? await withToken(call, form, get) : strangers(await get({}));
    if (!answered.ok || answered.value.state === "NOT_YET") return noneYet(answered);
    const { bytes, status } = answered.value.value;
    if (bytes.length > 0) return succeed({ state: "READY", value: bytes });
    return fail(badAnswer({ idempotent: true }, status, "The file is empty."));
  };
}

function strangers<T>(outcome: Outcome<T>): Outcome<T> {
  if (outcome.ok || outcome.failure.kind !== "auth") return outcome;
  const failure: ConnectorFailure = { ...outcome.failure, kind: "refused" };
  return fail(failure);
}

/** A failure, or that nothing is there yet: neither carries a value of any type. */
function noneYet(answered: Outcome<Fetched<InAnswer>>): Outcome<Extract<Fetched<never>, { state: "NOT_YET" }>> {
  if (!answered.ok) return answered;
  const message = answered.value.state === "NOT_YET" ? answered.value.message : null;
  return succeed({ state: "NOT_YET", message });
}

/** Each line once: of how many units it is a package's line is not said here. */
function lineIds(parcel: ParcelFacts): string {
  return [...new Set(parcel.lines.map((line) => line.channelOrderItemId))].join(",");
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "").slice(0, 80);
}
