import { IconRefresh } from "@tabler/icons-react";
import { useMemo } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { toProblem } from "../../lib/problem.ts";
import { useMay } from "../../lib/session.ts";
import { type BulkAction, Code, type Column, DataTable, Day, Instant, Money, Page, StateChip } from "../../ui/index.ts";
import { type Outcome, useBulkRun } from "../shared/bulk-run.tsx";
import { eInvoiceStates } from "../shared/states.ts";
import { documentWords, type EInvoice } from "./data.ts";
import { EInvoicePanel } from "./panel.tsx";

const columns: readonly Column<EInvoice>[] = [
  {
    id: "number",
    header: "Number",
    width: 145,
    always: true,
    sort: "number",
    card: "title",
    cell: (row) => <Code>{row.number}</Code>,
  },
  { id: "what", header: "Document", width: 120, card: "meta", cell: (row) => documentWords[row.subjectType] },
  {
    id: "state",
    header: "State",
    width: 130,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={eInvoiceStates} />,
  },
  {
    id: "code",
    header: "Code",
    width: 70,
    cell: (row) => (row.code === null ? "–" : <Code>{row.code}</Code>),
  },
  {
    id: "words",
    header: "Why, and what to do",
    width: 170,
    grow: true,
    card: "meta",
    cell: (row) => <span title={`${row.words ?? ""} ${row.whatToDo ?? ""}`}>{wordsOf(row)}</span>,
  },
  {
    id: "next",
    header: "Asked again",
    width: 110,
    align: "right",
    sort: "nextAttemptAt",
    cell: (row) => (row.nextAttemptAt === null ? "–" : <Instant at={row.nextAttemptAt} />),
  },
  { id: "buyer", header: "Buyer’s GSTIN", width: 160, card: "meta", cell: (row) => <Code>{row.buyerGstin}</Code> },
  {
    id: "total",
    header: "Total",
    width: 110,
    align: "right",
    card: "meta",
    cell: (row) => <Money paise={Math.round(row.total * 100)} />,
  },
  { id: "issuedOn", header: "Date", width: 115, cell: (row) => <Day on={row.issuedOn} /> },
  { id: "gstin", header: "Our GSTIN", width: 160, hidden: true, cell: (row) => <Code>{row.gstin}</Code> },
  { id: "facility", header: "Facility", width: 100, hidden: true, cell: (row) => row.facilityCode },
  {
    id: "irn",
    header: "IRN",
    width: 150,
    hidden: true,
    cell: (row) => (row.irn === null ? "–" : <Code>{row.irn}</Code>),
  },
  {
    id: "createdAt",
    header: "Reported",
    width: 100,
    align: "right",
    sort: "createdAt",
    hidden: true,
    cell: (row) => <Instant at={row.createdAt} />,
  },
];

function wordsOf(row: EInvoice): string {
  if (row.words !== null) return row.whatToDo === null ? row.words : `${row.words} ${row.whatToDo}`;
  if (row.state === "CANCELLED") return row.irn === null ? "Cancelled before it had an IRN." : "Its IRN is cancelled.";
  if (row.wish === "CANCEL") return "Its IRN is being cancelled.";
  return row.irn === null ? "NIC is being asked." : "–";
}

/** Documents that are reported to the e-invoice portal: what waits, why, and what a person can do. */
export function Screen() {
  const may = useMay();
  const { run, dialog } = useBulkRun();
  const bulk = useMemo((): readonly BulkAction<EInvoice>[] => (may("billing.manage") ? [again(run)] : []), [may, run]);
  return (
    <Page
      fill
      title="E-invoices"
      line="What is reported to NIC before its goods may leave. What waits goes on by itself; what needs a person says so."
    >
      <DataTable<EInvoice>
        id="e-invoices"
        endpoint="/api/v1/e-invoices"
        rowId={(row) => row.eInvoiceId}
        noun={["e-invoice", "e-invoices"]}
        columns={columns}
        tabs={[
          { value: "all", label: "All" },
          { value: "blocked", label: "Needs a person", tone: "failed" },
          { value: "waiting", label: "Waiting", tone: "attention" },
          { value: "active", label: "With IRN" },
          { value: "cancelled", label: "Cancelled" },
        ]}
        filters={[
          {
            name: "subjectType",
            label: "Document",
            type: "select",
            single: true,
            options: Object.entries(documentWords).map(([value, label]) => ({ value, label })),
          },
        ]}
        ask={({ search, ...query }) => (search === undefined ? query : { ...query, q: search })}
        defaultSort="-createdAt"
        searchHint="Number, IRN or buyer’s GSTIN"
        rowTone={(row) => (row.state === "BLOCKED" ? "failed" : row.state === "WAITING" ? "attention" : undefined)}
        panelTitle={(row) => row.number}
        panel={(row) => <EInvoicePanel key={row.eInvoiceId} row={row} />}
        bulk={bulk}
        empty={{
          title: "No e-invoice here",
          cause:
            "Invoices of business buyers appear here, for channels whose setting “GstEInvoicing Enabled From NIC” is Yes.",
        }}
      />
      {dialog}
    </Page>
  );
}

function again(run: ReturnType<typeof useBulkRun>["run"]): BulkAction<EInvoice> {
  return {
    label: "Try now",
    icon: IconRefresh,
    applies: (row) => row.allowed.includes("tryNow") || "nothing to try again",
    run: (rows) =>
      run({
        title: "Ask NIC again",
        done: (n) => `NIC is asked again for ${plural(n, "e-invoice")}.`,
        rows,
        id: (row) => row.eInvoiceId,
        code: (row) => row.number,
        atOnce: 20,
        send: (ids) => Promise.all(ids.map(tryNow)),
      }),
  };
}

async function tryNow(id: string): Promise<Outcome> {
  try {
    await api.post(`/api/v1/e-invoices/${id}/try-now`);
    return { id, ok: true, message: null };
  } catch (error) {
    return { id, ok: false, message: toProblem(error).message };
  }
}
