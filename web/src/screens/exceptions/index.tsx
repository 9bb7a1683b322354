import { IconMoodCheck } from "@tabler/icons-react";
import { useMemo } from "react";
import { Code, type Column, DataTable, type Filter, Instant, Page, StateChip } from "../../ui/index.ts";
import { useChannelOptions } from "../shared/channels.ts";
import { exceptionStates } from "../shared/states.ts";
import { Doubt } from "./doubt.tsx";
import { type ExceptionRow, kindWords } from "./types.ts";

const columns: readonly Column<ExceptionRow>[] = [
  {
    id: "what",
    header: "What",
    width: 320,
    grow: true,
    always: true,
    card: "title",
    cell: (row) => <span title={row.message}>{row.message}</span>,
  },
  { id: "kind", header: "Doubt", width: 210, cell: (row) => kindWords[row.kind] ?? row.kind },
  {
    id: "order",
    header: "Order",
    width: 190,
    card: "meta",
    cell: (row) =>
      row.orderCode === null ? (
        "–"
      ) : (
        <Code {...(row.saleOrderId === null ? {} : { href: `/orders/${row.saleOrderId}` })}>{row.orderCode}</Code>
      ),
  },
  { id: "channel", header: "Channel", width: 140, card: "meta", cell: (row) => row.channel ?? "–" },
  {
    id: "state",
    header: "State",
    width: 104,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={exceptionStates} />,
  },
  {
    id: "openedAt",
    header: "Opened",
    width: 100,
    align: "right",
    sort: "openedAt",
    card: "meta",
    cell: (row) => <Instant at={row.openedAt} />,
  },
  { id: "resolvedBy", header: "Decided by", width: 140, hidden: true, cell: (row) => row.resolvedBy ?? "–" },
];

function useFilters(): readonly Filter[] {
  const channels = useChannelOptions();
  return useMemo(
    () => [
      {
        name: "kind",
        label: "Doubt",
        type: "select",
        options: Object.entries(kindWords).map(([value, label]) => ({ value, label })),
        sentence: (_, label) => label.toLowerCase(),
      },
      ...(channels.length === 0
        ? []
        : [
            {
              name: "channel",
              label: "Channel",
              type: "select" as const,
              options: channels,
              sentence: (_: string, label: string) => label,
            },
          ]),
    ],
    [channels],
  );
}

/** Where a channel and we disagree, and nobody but a person can say what is right. The oldest on top. */
export function Screen() {
  const filters = useFilters();
  return (
    <Page
      fill
      title="Exceptions"
      line="Where a channel and we disagree and a person decides. What is in doubt stands still until then."
    >
      <DataTable<ExceptionRow>
        id="exceptions"
        endpoint="/api/v1/exceptions"
        rowId={(row) => row.id}
        noun={["exception", "exceptions"]}
        columns={columns}
        tabs={[
          { value: "open", label: "Open", tone: "attention" },
          { value: "resolved", label: "Decided" },
        ]}
        filters={filters}
        defaultSort="openedAt"
        searchHint="Order"
        byFacility={false}
        panelTitle={(row) => kindWords[row.kind] ?? row.kind}
        panel={(row) => <Doubt key={row.id} row={row} />}
        empty={{
          icon: IconMoodCheck,
          title: "Nothing is in doubt",
          cause:
            "A cancellation that comes too late, an acceptance that a channel refused, or an order sent again with other content would be here with the choices you have.",
        }}
      />
    </Page>
  );
}
