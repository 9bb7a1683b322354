import { IconPrinter } from "@tabler/icons-react";
import { useMemo } from "react";
import { Code, type Column, DataTable, Day, Money, Page, StateChip } from "../../ui/index.ts";
import { useChannelChoices } from "../shared/choices.ts";
import { creditNoteStates } from "../shared/states.ts";
import { usePdf } from "../shared/use-pdf.tsx";
import { type CreditNote, originWords, taxOf } from "./credit-note-data.ts";

const columns: readonly Column<CreditNote>[] = [
  {
    ...{ id: "number", header: "Credit note", width: 170, always: true, sort: "number", card: "title" },
    cell: (row) => <Code href={`/credit-notes/${row.creditNoteId}`}>{row.number}</Code>,
  },
  {
    ...{ id: "state", header: "State", width: 140, card: "trailing" },
    cell: (row) => <StateChip state={row.state} table={creditNoteStates} />,
  },
  {
    ...{ id: "issuedOn", header: "Dated", width: 110, sort: "issuedAt", card: "meta" },
    cell: (row) => <Day on={row.issuedOn} />,
  },
  { id: "invoice", header: "Of invoice", width: 150, cell: (row) => <Code>{row.invoiceNumber}</Code> },
  {
    ...{ id: "return", header: "Return", width: 130, card: "meta" },
    cell: (row) =>
      row.returnCode === null || row.returnCaseId === null ? (
        "–"
      ) : (
        <Code href={`/returns/${row.returnCaseId}`}>{row.returnCode}</Code>
      ),
  },
  {
    ...{ id: "order", header: "Order", width: 150 },
    cell: (row) => <Code href={`/orders/${row.saleOrderId}`}>{row.orderCode}</Code>,
  },
  { id: "channel", header: "Channel", width: 130, card: "meta", cell: (row) => row.channelCode },
  { id: "origin", header: "Whose", width: 180, grow: true, cell: originWords },
  { id: "buyer", header: "Buyer", width: 150, hidden: true, cell: (row) => row.buyer },
  {
    ...{ id: "gstin", header: "Buyer’s GSTIN", width: 150, hidden: true },
    cell: (row) => (row.buyerGstin === null ? "–" : <Code>{row.buyerGstin}</Code>),
  },
  {
    id: "irn",
    header: "IRN",
    width: 150,
    hidden: true,
    cell: (row) => (row.irn === null ? "–" : <Code>{row.irn}</Code>),
  },
  { id: "facility", header: "Facility", width: 80, hidden: true, cell: (row) => row.facilityCode },
  {
    id: "taxable",
    header: "Taxable",
    width: 110,
    align: "right",
    hidden: true,
    cell: (row) => <Money paise={row.taxable} />,
  },
  { id: "tax", header: "Tax", width: 100, align: "right", cell: (row) => <Money paise={taxOf(row)} /> },
  {
    ...{ id: "total", header: "Total", width: 120, align: "right", sort: "total", card: "meta" },
    cell: (row) => <Money paise={row.total} strong />,
  },
];

const printsMax = 500;

/** Every credit note, ours and the channels'. */
export function Screen() {
  const channels = useChannelChoices();
  const { open, preview } = usePdf();
  const bulk = useMemo(
    () => [
      {
        label: "Print",
        icon: IconPrinter,
        applies: (row: CreditNote) => row.state !== "IRN_PENDING" || "waits for its IRN",
        run: async (rows: readonly CreditNote[]) => {
          const creditNoteIds = rows.slice(0, printsMax).map((row) => row.creditNoteId);
          await open(rows.length === 1 ? `Credit note ${rows[0]?.number}` : `${creditNoteIds.length} credit notes`, [
            { label: "Credit notes", path: "/api/v1/credit-notes/print", body: { creditNoteIds } },
          ]);
          return undefined;
        },
      },
    ],
    [open],
  );
  return (
    <Page
      fill
      title="Credit notes"
      line="What is given back of invoices for goods that came back: made here in our own series, or by the channel."
    >
      <DataTable<CreditNote>
        id="credit-notes"
        endpoint="/api/v1/credit-notes"
        rowId={(row) => row.creditNoteId}
        noun={["credit note", "credit notes"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "all", label: "All" },
          { value: "ISSUED", label: "Issued" },
          { value: "IRN_PENDING", label: "Waits for its IRN", tone: "attention" },
          { value: "CANCELLED", label: "Cancelled" },
        ]}
        filters={[
          {
            ...{ name: "kind", label: "Return type", type: "select", single: true },
            options: [
              { value: "RTO", label: "RTO" },
              { value: "CIR", label: "CIR" },
            ],
            sentence: (_value, label) => `of ${label}`,
          },
          {
            ...{ name: "numberedBy", label: "Whose", type: "select", single: true },
            options: [
              { value: "SERIES", label: "ours" },
              { value: "CHANNEL", label: "the channel’s" },
            ],
            sentence: (_value, label) => label,
          },
          {
            ...{ name: "channelId", label: "Channel", type: "select", single: true },
            options: channels.map(({ channelId, name }) => ({ value: channelId, label: name })),
            sentence: (_value, label) => label,
          },
          { ...{ name: "from", label: "From", type: "day" }, sentence: (value) => `from ${value}` },
          { ...{ name: "to", label: "To", type: "day" }, sentence: (value) => `to ${value}` },
        ]}
        ask={({ search, ...query }) => (search === undefined ? query : { ...query, q: search })}
        searchHint="Number, invoice, order, return"
        defaultSort="-issuedAt"
        href={(row) => `/credit-notes/${row.creditNoteId}`}
        rowTone={(row) => (row.warning === null ? undefined : "attention")}
        bulk={bulk}
        empty={{
          title: "No credit notes",
          cause: "One is made, or fetched from the channel, when goods that came back lie on their shelves.",
        }}
      />
      {preview}
    </Page>
  );
}
