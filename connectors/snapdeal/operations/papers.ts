/** Invoice number, label and courier of a package. */
import {
  badAnswer,
  type Call,
  type ChannelAnswer,
  type ConnectorFailure,
  type Fetched,
  fail,
  type OperationTable,
  type Outcome,
  succeed,
} from "../../kit/index.ts";
import { isPdf } from "../../protocol/map/documents.ts";
import { text } from "../../protocol/map/json.ts";
import { answerOf } from "../map/answers.ts";
import type { Package } from "../map/package.ts";
import { statusOf } from "../map/states.ts";
import { isSnsHost } from "../wake-up.ts";
import { type Model, modelOf, noteModels } from "./models.ts";
import { explainEnvelope, headersOf, send } from "./send.ts";

export interface Printed {
  readonly downloadLink: string;
  readonly pack: Package;
}

/**
 * Label and invoice once more: from PRNT on it is given as often as it is asked for. It is the one documented question
 * about a single package, so its state, courier and manifest are read from here too. Refused while it is not printed.
 */
export async function reprint(call: Call, code: string): Promise<Outcome<Printed>> {
  const body = { orderCode: code, thermalEnabled: false };
  const asked = await send(call, { id: "reprintOrder", body, idempotent: true });
  return asked.ok ? printedOf(call, asked.value.payload, code) : asked;
}

function printedOf(
  call: Call,
  { downloadLink, orderDetails }: { readonly downloadLink: string; readonly orderDetails: readonly Package[] },
  code: string,
): Outcome<Printed> {
  noteModels(call, orderDetails);
  const pack = orderDetails.find((one) => one.packageReferenceCode === code);
  if (pack) return succeed({ downloadLink, pack });
  return fail(badAnswer({ idempotent: true }, 200, `The answer about package ${code} does not hold it.`));
}

/** Understood and refused, so that nothing happened: an answer like any other. */
export const isRefusal = (failure: ConnectorFailure) => failure.kind === "refused";

/**
 * Gives the seller's own invoice number and prints the package (PFF to PRNT): from then on it has courier and label. One
 * that is past that was processed by an earlier call whose answer was lost, by an earlier invoice of it, or on Snapdeal's panel.
 */
export async function processPackage(
  call: Call,
  code: string,
  invoiceCode: string,
  lineIds: readonly string[],
): Promise<Outcome<ChannelAnswer>> {
  const lines = lineIds.map((key) => ({ key, id: code }));
  const model = await modelOf(call, code);
  if (!model.ok) return isRefusal(model.failure) ? earlier(call, code, invoiceCode, lines, model.failure) : model;
  const body = { invoiceUpdates: { [code]: { fulfillmentType: model.value, invoiceCode } } };
  const given = await send(call, { id: "updateInvoices", body, idempotent: true });
  if (!given.ok) return isRefusal(given.failure) ? earlier(call, code, invoiceCode, lines, given.failure) : given;
  const answer = answerOf(given.value.payload, lines);
  if (answer.status !== "SUCCESS") return earlier(call, code, invoiceCode, lines, { channelMessage: answer.message });
  const printed = await print(call, code, model.value);
  if (printed.ok) return succeed(answer);
  return isRefusal(printed.failure) ? earlier(call, code, invoiceCode, lines, printed.failure) : printed;
}

/** Not safe to repeat: where the answer is lost it is looked whether the package is printed. */
async function print(call: Call, code: string, fulfillmentType: Model): Promise<Outcome<Printed>> {
  const body = { fulfillmentType, orderCodes: [code], thermalEnabled: false };
  const asked = await send(call, { id: "printOrders", body, idempotent: false });
  if (asked.ok) return printedOf(call, asked.value.payload, code);
  if (asked.failure.reached !== "unknown") return asked;
  const found = await reprint(call, code);
  return found.ok ? found : asked;
}

type Said = { readonly channelMessage?: string | null };

/**
 * Refused. Was it because it is printed already? Then Snapdeal keeps the number of that printing and takes no other: the
 * parcel travels under it, and courier and label come by reprint. The answer says which number Snapdeal's paper bears.
 */
async function earlier(
  call: Call,
  code: string,
  invoiceCode: string,
  lines: readonly { readonly key: string; readonly id: string }[],
  refusal: Said,
): Promise<Outcome<ChannelAnswer>> {
  const found = await reprint(call, code);
  if (!found.ok) return isRefusal(found.failure) ? succeed(refusedAnswer(lines, refusal)) : found;
  const { orderStatus, invoiceNumber } = found.value.pack;
  if (orderStatus === "PFF" || statusOf(orderStatus) === "CANCELLED") return succeed(refusedAnswer(lines, refusal));
  const answer = answerOf({ [code]: { operationSuccessful: true } }, lines);
  const number = text(invoiceNumber);
  if (number === invoiceCode) return succeed(answer);
  const bears = number === null ? "no invoice number" : `invoice ${number}`;
  const message = `Snapdeal had ${code} printed already: its paper bears ${bears}, yours is ${invoiceCode}.`;
  return succeed({ ...answer, message });
}

function refusedAnswer(lines: readonly { readonly key: string; readonly id: string }[], refusal: Said): ChannelAnswer {
  const errorMessage = refusal.channelMessage ?? "refused without a reason";
  const updates = Object.fromEntries(lines.map(({ id }) => [id, { operationSuccessful: false, errorMessage }]));
  return answerOf(updates, lines);
}

/** Snapdeal wants no box and no weight: it takes the invoice's number. */
export const giveShipment: OperationTable["giveShipment"] = (call, facts) =>
  processPackage(
    call,
    facts.channelOrderId,
    facts.invoiceNumber,
    facts.lines.map((line) => line.channelOrderItemId),
  );

export const fetchCourier: OperationTable["fetchCourier"] = async (call, parcel) => {
  const found = await reprint(call, parcel.channelOrderId);
  if (!found.ok) {
    if (!isRefusal(found.failure)) return found;
    const model = await modelOf(call, parcel.channelOrderId);
    if (model.ok && model.value === "VENDOR_SELF") return succeed({ state: "SELLER_SHIPS" });
    return succeed({ state: "NOT_YET", message: found.failure.channelMessage ?? "The package is not printed yet." });
  }
  const { pack } = found.value;
  if (pack.fulfillmentModelCode === "VENDOR_SELF") return succeed({ state: "SELLER_SHIPS" });
  const [awb, code, name] = [text(pack.awbNo), text(pack.courierCode), text(pack.courierName)];
  const courier = code ?? name;
  if (awb === null || courier === null)
    return succeed({ state: "NOT_YET", message: "Snapdeal has not given courier and tracking number yet." });
  return succeed({ state: "READY", value: { code: courier, name: name ?? courier, awb, sortCode: null } });
};

/** Label and invoice are one PDF, behind a link. */
export const fetchLabel: OperationTable["fetchLabel"] = async (call, parcel) => {
  const found = await reprint(call, parcel.channelOrderId);
  if (!found.ok) {
    if (!isRefusal(found.failure)) return found;
    return succeed({ state: "NOT_YET", message: found.failure.channelMessage ?? "The package is not printed yet." });
  }
  const file = await downloadFile(call, found.value.downloadLink);
  if (!file.ok || file.value.state === "NOT_YET" || isPdf(file.value.value)) return file;
  return fail(badAnswer({ idempotent: true }, 200, `The label of ${parcel.channelOrderId} is no PDF.`));
};

/** Not there yet, by status. */
const NOT_YET = new Set([202, 404]);

/** A file by its link. The tokens go along only to Snapdeal's own host: a signed link elsewhere, or one of SNS, needs none. */
export const downloadFile: OperationTable["downloadFile"] = async (
  call,
  address,
): Promise<Outcome<Fetched<Buffer>>> => {
  if (!URL.canParse(address))
    return fail({ reached: "no", kind: "bad_answer", channelMessage: `"${address.slice(0, 80)}" is not an address.` });
  const own = call.isOwn(address) && !isSnsHost(address);
  const sent = await call.send({
    operation: "downloadFile",
    method: "GET",
    path: address,
    expects: "file",
    headers: own ? headersOf(call) : {},
    idempotent: true,
    explain: explainEnvelope,
  });
  const status = sent.ok ? sent.value.status : sent.failure.status;
  if (status !== undefined && NOT_YET.has(status))
    return succeed({ state: "NOT_YET", message: sent.ok ? null : (sent.failure.channelMessage ?? null) });
  // What a strange host refuses is no word about the channel's credentials: a link that has expired does not break the channel.
  if (!sent.ok) return fail(own || sent.failure.kind !== "auth" ? sent.failure : { ...sent.failure, kind: "refused" });
  if (sent.value.bytes.length > 0) return succeed({ state: "READY", value: sent.value.bytes });
  return fail(badAnswer({ idempotent: true }, sent.value.status, "The file is empty."));
};
