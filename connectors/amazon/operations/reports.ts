/** Reports: lists that Amazon makes on request. */
import type { RequestBody } from "../../../contract/types.ts";
import { type Call, type Outcome, succeed } from "../../kit/index.ts";
import { MARKETPLACE } from "../map/market.ts";
import { type Ended, endOf } from "./feeds.ts";
import { type Document, download } from "./files.ts";
import { ask } from "./send.ts";

/** A window of a report, as Amazon writes times. */
export interface ReportWindow {
  readonly start: string;
  readonly end: string;
}

export async function createReport(
  call: Call,
  reportType: string,
  { start, end }: ReportWindow,
): Promise<Outcome<string>> {
  const body: RequestBody<"amazon", "createReport"> = {
    reportType,
    marketplaceIds: [MARKETPLACE],
    dataStartTime: start,
    dataEndTime: end,
  };
  const made = await ask(call, { id: "createReport", body, idempotent: true }, 202);
  return made.ok ? succeed(made.value.reportId) : made;
}

/** A report of the type that was begun since, newest first as Amazon lists them. */
export interface KnownReport extends ReportWindow {
  readonly reportId: string;
  readonly word: string;
}

export async function recentReports(
  call: Call,
  reportType: string,
  createdSince: string,
): Promise<Outcome<readonly KnownReport[]>> {
  const query = { reportTypes: [reportType], createdSince, pageSize: 100, marketplaceIds: [MARKETPLACE] };
  const read = await ask(call, { id: "getReports", query, idempotent: true });
  if (!read.ok) return read;
  return succeed(
    read.value.reports.map(({ reportId, processingStatus, dataStartTime = "", dataEndTime = "" }) => ({
      reportId,
      word: processingStatus,
      start: dataStartTime,
      end: dataEndTime,
    })),
  );
}

export async function readReport(call: Call, reportId: string): Promise<Outcome<Ended>> {
  const read = await ask(call, { id: "getReport", path: { reportId }, idempotent: true });
  if (!read.ok) return read;
  return succeed(endOf(read.value.processingStatus, read.value.reportDocumentId, `report ${reportId}`));
}

/** The file of a report without personal data. */
export async function reportFile(call: Call, reportDocumentId: string): Promise<Outcome<Document>> {
  const request = {
    id: "getReportDocument",
    path: { reportDocumentId },
    idempotent: true,
  } as const;
  const document = await ask(call, request);
  return document.ok ? download(call, document.value) : document;
}
