import { Button } from "@mantine/core";
import { IconFileInvoice, IconPrinter, IconShoppingBag } from "@tabler/icons-react";
import { formatCount } from "../../lib/format.ts";
import { ApiError } from "../../lib/problem.ts";
import { ActionButton } from "../action-button.tsx";
import { Page } from "../page.tsx";
import { StateChip } from "../state-chip.tsx";
import type { Column } from "../table/index.ts";
import { DataTable } from "../table/index.ts";
import { Code, Deadline, Instant, Money } from "../values.tsx";
import { type SampleRow, sampleRows, sampleServer, sampleStates } from "./data.ts";

const columns: readonly Column<SampleRow>[] = [
  { id: "code", header: "Order", width: 170, always: true, card: "title", cell: (row) => <Code>{row.code}</Code> },
  {
    id: "state",
    header: "State",
    width: 120,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={sampleStates} />,
  },
  { id: "channel", header: "Channel", width: 150, card: "meta", cell: (row) => row.channel },
  { id: "product", header: "Product", width: 180, grow: true, cell: (row) => row.product },
  { id: "quantity", header: "Qty", width: 60, align: "right", cell: (row) => row.quantity },
  {
    id: "total",
    header: "Total",
    width: 120,
    align: "right",
    sort: "total",
    card: "meta",
    cell: (row) => <Money paise={row.totalPaise} />,
  },
  {
    id: "due",
    header: "Hand over by",
    width: 130,
    align: "right",
    sort: "dueBy",
    card: "meta",
    cell: (row) => <Deadline by={row.dueBy} met={row.state === "DISPATCHED"} />,
  },
  { id: "made", header: "Made", width: 100, align: "right", hidden: true, cell: (row) => <Instant at={row.madeAt} /> },
];

const loads = {
  many: sampleServer(sampleRows(3_412)),
  few: sampleServer(sampleRows(3)),
  empty: sampleServer([]),
  error: () =>
    Promise.reject(
      new ApiError(503, {
        code: "DATABASE_AWAY",
        message: "The database does not answer.",
        whatToDo: "It is asked again by itself; if this stays, tell whoever runs the server.",
        requestId: "req-8f21",
      }),
    ),
  slow: () => new Promise<never>(() => {}),
};
export type TableCase = keyof typeof loads;

/** The list in one of its cases: many, few, empty, error, slow. */
export function TablePart({ kind }: { kind: TableCase }) {
  return (
    <Page
      fill
      title="Orders"
      line="Every order of every channel, the first due on top."
      actions={
        <>
          <ActionButton label="Import CSV" onClick={() => {}} />
          <ActionButton primary label="Create order" onClick={() => {}} />
        </>
      }
    >
      <DataTable<SampleRow>
        id={`gallery-${kind}`}
        endpoint={`/api/v1/gallery-${kind}`}
        load={loads[kind]}
        rowId={rowId}
        noun={["order", "orders"]}
        columns={columns}
        tabs={[
          { value: "all", label: "All" },
          { value: "CREATED", label: "Created" },
          { value: "PACKED", label: "Packed" },
          { value: "HELD", label: "On hold", tone: "attention" },
          { value: "FAILED", label: "Failed", tone: "failed" },
          { value: "DISPATCHED", label: "Dispatched" },
        ]}
        filters={[
          {
            name: "channel",
            label: "Channel",
            type: "select",
            options: ["JUPITER", "AJIO_Dropship_1", "OKER_BLR"].map((value) => ({ value, label: value })),
            sentence: (_, label) => label,
          },
          { name: "before", label: "Due before", type: "text", sentence: (value) => `to hand over before ${value}` },
          { name: "held", label: "On hold", type: "flag" },
        ]}
        searchHint="Order or customer"
        defaultSort="dueBy"
        rowTone={(row) => (row.state === "FAILED" ? "failed" : undefined)}
        panelTitle={(row) => <Code>{row.code}</Code>}
        panel={(row) => (
          <>
            <p>{row.product}</p>
            <Money paise={row.totalPaise} strong />
          </>
        )}
        bulk={[
          {
            label: "Create invoice",
            icon: IconFileInvoice,
            applies: (row) =>
              row.state === "HELD" ? "on hold" : row.state === "DISPATCHED" ? "dispatched already" : true,
            run: async () => undefined,
          },
          { label: "Print labels", icon: IconPrinter, run: async () => undefined },
          {
            label: "Cancel orders",
            danger: true,
            willHappen: (rows) =>
              `Cancels ${formatCount(rows.length)} orders and tells their channels at once. This cannot be undone.`,
            run: async () => undefined,
          },
        ]}
        empty={{
          icon: IconShoppingBag,
          title: "No orders yet",
          cause: "Orders come in by themselves from connected channels, within seconds of being placed.",
          action: <Button variant="default">Connect a channel</Button>,
        }}
      />
    </Page>
  );
}

const rowId = (row: SampleRow): string => row.id;
