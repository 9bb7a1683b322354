/** Reports: returns that customers asked for, and papers of Easy Ship, which open for a restricted token alone. */
import type { Schema } from "../../../contract/types.ts";
import type { SimOrder } from "../../kit/simulator/index.ts";
import { drawPapers } from "./papers.ts";
import { badInput, isBefore, MARKETPLACE, type Parts, refusal, serve } from "./parts.ts";
import { type Documents, type Kept, packed } from "./store.ts";
import { asinOf, money } from "./wire.ts";

const PAPERS = "GET_EASYSHIP_DOCUMENTS";
const RETURNS = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE";
const WINDOW_DAYS_MAX = 60;
const REPORTS_MAX = 2_000;

interface Window {
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
}

export interface Report {
  readonly id: string;
  readonly type: string;
  readonly seller: string;
  /** Of papers. */
  readonly orderId: string | null;
  readonly window: Window | null;
  readonly createdAt: Temporal.Instant;
  readonly doneAt: Temporal.Instant;
  /** Null: not looked at since it is done. */
  ended: { readonly status: "DONE" | "CANCELLED" | "FATAL"; readonly document: Kept | null } | null;
}

export interface Reports {
  begin(wish: Pick<Report, "type" | "seller" | "orderId" | "window"> & { readonly at: Temporal.Instant }): Report;
  clear(): void;
}

export function serveReports(parts: Parts, documents: Documents): Reports {
  const reports = new Map<string, Report>();
  const begin: Reports["begin"] = ({ at, ...wish }) => {
    const id = String(70_000_000 + parts.next());
    const doneAt = at.add({ milliseconds: parts.pace.workMs });
    const report: Report = { ...wish, id, createdAt: at, doneAt, ended: null };
    reports.set(id, report);
    const oldest = reports.keys().next().value;
    if (reports.size > REPORTS_MAX && oldest !== undefined) reports.delete(oldest);
    return report;
  };
  serve(
    parts,
    "createReport",
    ({ body, seller, at }) => {
      const start = Temporal.Instant.from(body.dataStartTime ?? at.subtract({ hours: 24 }).toString());
      const end = Temporal.Instant.from(body.dataEndTime ?? at.toString());
      if (!body.marketplaceIds.includes(MARKETPLACE)) return badInput("The marketplace is not the seller's");
      if (isBefore(end, start) || isBefore(start.add({ hours: 24 * WINDOW_DAYS_MAX }), end))
        return badInput(`A report of type ${body.reportType} holds at most ${WINDOW_DAYS_MAX} days`);
      const report = begin({ type: body.reportType, seller, orderId: null, window: { start, end }, at });
      return { status: 202, body: { reportId: report.id } };
    },
    { acts: ["failed"] },
  );
  const now = async (report: Report, at: Temporal.Instant) => {
    if (report.ended === null && !isBefore(at, report.doneAt)) report.ended = await finish(parts, documents, report);
    return view(parts, report, at);
  };
  serve(parts, "getReports", async ({ query, seller, at }) => {
    const since = query.createdSince === undefined ? null : Temporal.Instant.from(query.createdSince);
    const wanted = [...reports.values()]
      .filter((one) => one.seller === seller && (query.reportTypes?.includes(one.type) ?? true))
      .filter((one) => since === null || !isBefore(one.createdAt, since))
      .toReversed()
      .slice(0, query.pageSize ?? 10);
    return { status: 200, body: { reports: await Promise.all(wanted.map((one) => now(one, at))) } };
  });
  serve(parts, "getReport", async ({ path, seller, at }) => {
    const report = reports.get(path.reportId);
    if (report?.seller !== seller) return refusal(404, "NotFound", `Report ${path.reportId} was not found`);
    return { status: 200, body: await now(report, at) };
  });
  serve(parts, "createRestrictedDataToken", ({ body, seller }) => {
    const [resource] = body.restrictedResources;
    if (!resource) return badInput("Resource not provided.");
    const { token, seconds } = parts.accounts.restricted(seller, resource.path);
    return { status: 200, body: { restrictedDataToken: token, expiresIn: seconds } };
  });
  serve(
    parts,
    "getReportDocument",
    ({ path, seller, headers, fault }) => {
      if (fault) return refusal(404, "NotFound", fault.message ?? "The document was not found");
      const document = documents.find(path.reportDocumentId, seller);
      if (!document) return refusal(404, "NotFound", `Document ${path.reportDocumentId} was not found`);
      const of = [...reports.values()].find(({ ended }) => ended?.document?.id === document.id);
      const token = String(headers["x-amz-access-token"] ?? "");
      const resource = `/reports/2021-06-30/documents/${document.id}`;
      if (of?.type === PAPERS && !parts.accounts.opens(token, resource))
        return refusal(403, "Unauthorized", "Access to requested resource is denied.");
      const url = documents.addressOf(document);
      return {
        status: 200,
        ...(of?.orderId ? { orderIds: [of.orderId] } : {}),
        body: {
          reportDocumentId: document.id,
          url,
          ...(document.gzip ? { compressionAlgorithm: "GZIP" as const } : {}),
        },
      };
    },
    { acts: ["failed"] },
  );
  return { begin, clear: () => reports.clear() };
}

function view({ pace }: Parts, report: Report, at: Temporal.Instant): Schema<"amazon", "Report"> {
  const { ended, window } = report;
  const half = report.createdAt.add({ milliseconds: pace.workMs / 2 });
  return {
    ...{ reportId: report.id, reportType: report.type, marketplaceIds: [MARKETPLACE] },
    createdTime: report.createdAt.toString(),
    ...(window === null ? {} : { dataStartTime: window.start.toString(), dataEndTime: window.end.toString() }),
    processingStatus: ended?.status ?? (isBefore(at, half) ? "IN_QUEUE" : "IN_PROGRESS"),
    ...(ended?.document ? { reportDocumentId: ended.document.id } : {}),
  };
}

async function finish(parts: Parts, documents: Documents, report: Report): Promise<NonNullable<Report["ended"]>> {
  const { seller } = report;
  if (report.type === PAPERS) {
    const order = report.orderId === null ? undefined : parts.sim.world.orders.get(report.orderId);
    // Asked for as a report, papers end badly: only the feed makes them.
    if (!order) return { status: "FATAL", document: null };
    const bytes = packed(await drawPapers(parts, order));
    return { status: "DONE", document: documents.open({ seller, contentType: "application/pdf", gzip: true, bytes }) };
  }
  if (report.type !== RETURNS || report.window === null) return { status: "FATAL", document: null };
  const rows = returnRows(parts, seller, report.window);
  if (rows.length === 0) return { status: "CANCELLED", document: null };
  const bytes = packed(Buffer.from([HEAD.join("\t"), ...rows].join("\n"), "latin1"));
  const contentType = "text/tab-separated-values; charset=windows-1252";
  return { status: "DONE", document: documents.open({ seller, contentType, gzip: true, bytes }) };
}

const HEAD = [
  "Order ID",
  "Order date",
  "Return request date",
  "Return request status",
  "Amazon RMA ID",
  "Merchant RMA ID",
  "Label type",
  "Return carrier",
  "Tracking ID",
  "ASIN",
  "Merchant SKU",
  "Item Name",
  "Return quantity",
  "Return reason",
  "In policy",
  "Return type",
  "Resolution",
  "Return delivery date",
  "Order Amount",
  "Order quantity",
];

/** Customers' returns of the window, a row for each SKU. What the courier brings back undelivered is not among them. */
function returnRows({ sim }: Parts, seller: string, { start, end }: Window): string[] {
  const own = [...sim.world.orders.values()].filter((order) => order.seller === seller);
  return own.flatMap((order) =>
    order.returns
      .filter(({ type, announced }) => type === "CUSTOMER_RETURN" && announced)
      .filter(({ at }) => !isBefore(Temporal.Instant.from(at), start) && !isBefore(end, Temporal.Instant.from(at)))
      .flatMap((back) => back.lines.map((line) => returnRow(order, back, line))),
  );
}

function returnRow(
  order: SimOrder,
  back: SimOrder["returns"][number],
  line: { readonly orderItemId: string; readonly quantity: number },
): string {
  const item = order.items.find(({ orderItemId }) => orderItemId === line.orderItemId);
  const arrived = order.marks?.[`arrived ${back.returnId}`] ?? "";
  const cells: Readonly<Record<string, string>> = {
    "Order ID": order.id,
    "Order date": day(order.orderDate),
    "Return request date": day(back.at),
    "Return request status": "Approved",
    "Amazon RMA ID": back.returnId,
    "Return carrier": back.courier,
    "Tracking ID": back.trackingNumber,
    ASIN: asinOf(item?.productId ?? ""),
    "Merchant SKU": item?.sku ?? "",
    "Item Name": item?.title ?? "",
    "Return quantity": String(line.quantity),
    "Return reason": back.reason,
    "In policy": "Y",
    "Return type": "C-Returns",
    "Return delivery date": arrived === "" ? "" : day(arrived),
    "Order Amount": money((item?.sellingPricePaise ?? 0) * line.quantity).amount,
    "Order quantity": String(item?.quantity ?? 0),
  };
  return HEAD.map((name) => (cells[name] ?? "").replaceAll(/[\t\n]/g, " ")).join("\t");
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** 20-Nov-2026, by the Indian day. */
function day(at: string): string {
  const date = Temporal.Instant.from(at).toZonedDateTimeISO("Asia/Kolkata").toPlainDate();
  return `${String(date.day).padStart(2, "0")}-${MONTHS[date.month - 1]}-${date.year}`;
}
