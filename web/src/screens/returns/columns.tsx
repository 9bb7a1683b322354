import { plural } from "../../lib/format.ts";
import { Code, type Column, Instant, StateChip } from "../../ui/index.ts";
import { returnStates } from "../shared/states.ts";
import { type ReturnRow, viaWords } from "./return-data.ts";

/** Columns of lists of returns; each list takes those that say something there. */
const all = {
  code: {
    ...{ id: "code", header: "Return", width: 130, always: true, sort: "code", card: "title" },
    cell: (row) => <Code href={`/returns/${row.returnCaseId}`}>{row.code}</Code>,
  },
  state: {
    ...{ id: "state", header: "State", width: 160, card: "trailing" },
    cell: (row) => <StateChip state={row.state} table={returnStates} />,
  },
  order: {
    ...{ id: "order", header: "Order", width: 188, card: "meta" },
    cell: (row) => <Code href={`/orders/${row.saleOrderId}`}>{row.order}</Code>,
  },
  package: {
    ...{ id: "package", header: "Package", width: 140 },
    cell: (row) => {
      const [first, ...more] = row.packages;
      if (first === undefined) return "–";
      return (
        <>
          <Code href={`/shipments/${first}`}>{first}</Code>
          {more.length > 0 && ` +${more.length}`}
        </>
      );
    },
  },
  channel: { id: "channel", header: "Channel", width: 140, card: "meta", cell: (row) => row.channel },
  reason: {
    ...{ id: "reason", header: "Reason", width: 150, grow: true, card: "meta" },
    cell: (row) => row.reason ?? "–",
  },
  units: {
    ...{ id: "units", header: "Units", width: 64, align: "right" },
    cell: (row) =>
      row.missing > 0 ? (
        <span data-tip={`${row.missing} missing`}>
          {row.units - row.missing} of {row.units}
        </span>
      ) : (
        row.units
      ),
  },
  courier: {
    ...{ id: "courier", header: "Courier", width: 130, hidden: true },
    cell: (row) => row.courier ?? "–",
  },
  awb: {
    ...{ id: "awb", header: "AWB", width: 140, card: "meta" },
    cell: (row) => (row.awb === null ? "–" : <Code>{row.awb}</Code>),
  },
  age: {
    ...{ id: "age", header: "Age", width: 80, align: "right", sort: "announcedAt", card: "trailing" },
    cell: (row) => <span data-tip={viaWords[row.announcedVia]}>{plural(row.ageDays, "day")}</span>,
  },
  announced: {
    ...{ id: "announced", header: "Announced", width: 100, align: "right", sort: "announcedAt" },
    cell: (row) => <Instant at={row.announcedAt} />,
  },
  expectedAt: {
    ...{ id: "expectedAt", header: "Comes to", width: 90 },
    cell: (row) => row.expectedFacility ?? "–",
  },
  receivedIn: { id: "receivedIn", header: "Received in", width: 90, cell: (row) => row.facility ?? "–" },
  receivedAt: {
    ...{ id: "receivedAt", header: "Received", width: 100, align: "right", sort: "receivedAt" },
    cell: (row) => <Instant at={row.receivedAt} />,
  },
  completed: {
    ...{ id: "completed", header: "Completed", width: 100, align: "right" },
    cell: (row) => <Instant at={row.completedAt} />,
  },
  cancelled: {
    ...{ id: "cancelled", header: "Cancelled", width: 100, align: "right" },
    cell: (row) => <Instant at={row.cancelledAt} />,
  },
  creditNotes: {
    ...{ id: "creditNotes", header: "Credit note", width: 150 },
    cell: (row) => (row.creditNotes === null ? "–" : row.creditNotes),
  },
  replacement: {
    ...{ id: "replacement", header: "Sent instead", width: 140, hidden: true },
    cell: (row) => row.replacement ?? "–",
  },
  channelReturn: {
    ...{ id: "channelReturn", header: "Channel’s return", width: 140, hidden: true },
    cell: (row) => (row.channelReturnId === null ? "–" : <Code>{row.channelReturnId}</Code>),
  },
} satisfies Record<string, Column<ReturnRow>>;

export const returnColumns = (...names: readonly (keyof typeof all)[]): readonly Column<ReturnRow>[] =>
  names.map((name) => all[name]);
