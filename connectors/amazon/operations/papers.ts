/** The papers of Easy Ship orders: invoice and label in one PDF, which Amazon makes when it is asked to. */
import type { ResponseBody } from "../../../contract/types.ts";
import { badAnswer, type Call, type Fetched, fail, type Outcome, succeed } from "../../kit/index.ts";
import { isPdf } from "../../protocol/map/documents.ts";
import { papersFeed, readPapersResult } from "../map/papers.ts";
import { createFeed, feedResult, readFeed, XML } from "./feeds.ts";
import { decoded, download, upload } from "./files.ts";
import { findPackage } from "./fulfilment.ts";
import { stepKeyOf } from "./kept-papers.ts";
import { readReport } from "./reports.ts";
import { dropRestrictedToken, restrictedToken } from "./restricted-token.ts";
import { ask } from "./send.ts";

export const notYet = (message: string): Fetched<never> => ({ state: "NOT_YET", message });

/** How far the papers of an order are. Kept in memory; a process that does not know it begins anew, which makes the same papers. */
type Step =
  | { readonly at: "DOCUMENT"; readonly id: string }
  | { readonly at: "FEED"; readonly id: string }
  | { readonly at: "REPORT"; readonly id: string }
  | { readonly at: "PAPERS"; readonly id: string };

const STEPS: ReadonlySet<string> = new Set(["DOCUMENT", "FEED", "REPORT", "PAPERS"]);
const isStep = (step: { at: string; id: string }): step is Step => STEPS.has(step.at) && step.id !== "";

function stepOf(call: Call, orderId: string): Step | null {
  const [at = "", id = ""] = (call.memory.get(stepKeyOf(orderId)) ?? "").split(" ");
  const step = { at, id };
  return isStep(step) ? step : null;
}

/** Has this process asked Amazon for the order's papers? */
export const isWished = (call: Call, orderId: string): boolean => stepOf(call, orderId) !== null;

/**
 * The papers of an Easy Ship order: a feed that wishes for them, whose result names a report, whose document is the PDF and is
 * given for a token of its own. Each call goes as far as it can; what Amazon still works on is asked for later.
 */
export async function papersOf(call: Call, orderId: string): Promise<Outcome<Fetched<Buffer>>> {
  const keep = (step: Step): Step => {
    call.memory.set(stepKeyOf(orderId), `${step.at} ${step.id}`);
    return step;
  };
  for (let step = stepOf(call, orderId); ; ) {
    const next = await advance(call, orderId, step);
    if (!next.ok) {
      // What Amazon ended badly, or no longer keeps, is wished for anew by the next call.
      const { kind, status } = next.failure;
      if (kind === "refused" && (status === undefined || status === 404)) call.memory.drop(stepKeyOf(orderId));
      return next;
    }
    if (next.value.is === "wait") return succeed(notYet(next.value.words));
    if (next.value.is === "pdf") return succeed({ state: "READY", value: next.value.bytes });
    step = keep(next.value.step);
  }
}

type Advance =
  | { readonly is: "step"; readonly step: Step }
  | { readonly is: "wait"; readonly words: string }
  | { readonly is: "pdf"; readonly bytes: Buffer };

async function advance(call: Call, orderId: string, step: Step | null): Promise<Outcome<Advance>> {
  if (step === null) {
    // Requests for papers are scarce: none is spent on a parcel that is not scheduled.
    const parcel = await findPackage(call, orderId);
    if (!parcel.ok) return parcel;
    if (parcel.value === null)
      return succeed({ is: "wait", words: "Amazon has no scheduled parcel of the order yet." });
    const content = Buffer.from(papersFeed(call.fields.sellerId ?? "", orderId), "utf8");
    const document = await upload(call, XML, content);
    return document.ok ? succeed({ is: "step", step: { at: "DOCUMENT", id: document.value } }) : document;
  }
  if (step.at === "DOCUMENT") return wish(call, orderId, step.id);
  if (step.at === "FEED") return reportOf(call, orderId, step.id);
  if (step.at === "REPORT") {
    const report = await readReport(call, step.id);
    if (!report.ok) return report;
    if (report.value.state === "NOT_YET")
      return succeed({ is: "wait", words: report.value.message ?? "Amazon still makes the papers." });
    const { done, word, documentId } = report.value.value;
    if (!done || documentId === null)
      return refused(`Amazon ended the report of order ${orderId}'s papers as ${word}.`);
    return succeed({ is: "step", step: { at: "PAPERS", id: documentId } });
  }
  return fetchPapers(call, orderId, step.id);
}

/** Hands the wish in. Amazon takes one feed in two minutes: what has to wait for that is not there yet, no failure. */
async function wish(call: Call, orderId: string, documentId: string): Promise<Outcome<Advance>> {
  const options = { AmazonOrderId: orderId, DocumentType: "ShippingLabel" };
  const fed = await createFeed(call, { feedType: "POST_EASYSHIP_DOCUMENTS", options }, documentId);
  if (fed.ok) return succeed({ is: "step", step: { at: "FEED", id: fed.value } });
  if (fed.failure.kind !== "throttle") return fed;
  const seconds = Math.ceil((fed.failure.retryAfterMs ?? 120_000) / 1000);
  const words = `Amazon takes one request for papers in two minutes: this one may go in ${seconds} seconds.`;
  return succeed({ is: "wait", words });
}

async function reportOf(call: Call, orderId: string, feedId: string): Promise<Outcome<Advance>> {
  const feed = await readFeed(call, feedId);
  if (!feed.ok) return feed;
  if (feed.value.state === "NOT_YET")
    return succeed({ is: "wait", words: feed.value.message ?? "Amazon still works on it." });
  const { word, documentId } = feed.value.value;
  if (documentId === null) return refused(`Amazon ended the request for order ${orderId}'s papers as ${word}.`);
  const result = await feedResult(call, documentId);
  if (!result.ok) return result;
  const { reportId, words } = readPapersResult(decoded(result.value));
  if (reportId !== null) return succeed({ is: "step", step: { at: "REPORT", id: reportId } });
  return refused(words ?? `Amazon's answer to the request for order ${orderId}'s papers names no report.`);
}

/** The document holds a buyer: it is given for a token that is restricted to it. */
async function fetchPapers(call: Call, orderId: string, reportDocumentId: string): Promise<Outcome<Advance>> {
  const give = async (): Promise<Outcome<ResponseBody<"amazon", "getReportDocument", 200>>> => {
    const token = await restrictedToken(call, reportDocumentId);
    if (!token.ok) return token;
    const request = { id: "getReportDocument", path: { reportDocumentId }, idempotent: true } as const;
    const given = await ask(call, { ...request, restrictedToken: token.value });
    if (given.ok || isDenied(given.failure.status)) dropRestrictedToken(call, reportDocumentId);
    return given;
  };
  const first = await give();
  // Refused, such a token is asked for once more, like the seller's own: a kept one may have ended early.
  const document = !first.ok && isDenied(first.failure.status) ? await give() : first;
  if (!document.ok) {
    if (document.failure.status !== 404) return document;
    // Documents are not kept for ever: what is gone is wished for anew by the next call.
    call.memory.drop(stepKeyOf(orderId));
    return succeed({ is: "wait", words: document.failure.channelMessage ?? "The papers are not there." });
  }
  const file = await download(call, document.value);
  if (!file.ok && file.failure.status === 404)
    return succeed({ is: "wait", words: file.failure.channelMessage ?? "The papers are not there yet." });
  if (!file.ok) return file;
  const { bytes } = file.value;
  if (isPdf(bytes)) return succeed({ is: "pdf", bytes });
  const shown = bytes.subarray(0, 60).toString("latin1");
  return fail(badAnswer({ idempotent: true }, undefined, `The papers of order ${orderId} are no PDF: ${shown}`));
}

const isDenied = (status: number | undefined): boolean => status === 401 || status === 403;

function refused(channelMessage: string): ReturnType<typeof fail> {
  return fail({ reached: "yes", kind: "refused", channelMessage });
}
