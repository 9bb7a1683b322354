import { IconMoodCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useUrlState } from "../../lib/url-state.ts";
import { Code, type Column, DataTable, type Filter, Instant, Page, StateChip } from "../../ui/index.ts";
import { useChannelOptions } from "../shared/channels.ts";
import { exceptionStates } from "../shared/states.ts";
import { Doubt } from "./doubt.tsx";
import { besideItsOrder } from "./facts.ts";
import { type ExceptionRow, kindsQuery } from "./types.ts";

const columns: readonly Column<ExceptionRow>[] = [
  {
    id: "what",
    header: "What",
    width: 320,
    grow: true,
    always: true,
    cell: (row) => <span title={row.message}>{besideItsOrder(row.message, row.orderCode)}</span>,
  },
  { id: "kind", header: "Doubt", width: 210, card: "title", cell: (row) => row.title },
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
  {
    id: "resolvedAt",
    header: "Decided",
    width: 100,
    align: "right",
    sort: "resolvedAt",
    tells: (rows) => rows.some((row) => row.resolvedAt !== null),
    cell: (row) => <Instant at={row.resolvedAt} />,
  },
  { id: "resolvedBy", header: "Decided by", width: 140, hidden: true, cell: (row) => row.resolvedBy ?? "–" },
];

const ages: readonly (readonly [minutes: string, words: string])[] = [
  ["60", "an hour"],
  ["240", "four hours"],
  ["1440", "a day"],
  ["10080", "a week"],
];

function useFilters(): readonly Filter[] {
  const channels = useChannelOptions();
  const { data: kinds } = useQuery(kindsQuery);
  return useMemo(
    () => [
      {
        name: "kind",
        label: "Doubt",
        type: "select",
        options: (kinds ?? []).map(({ kind, title }) => ({ value: kind, label: title })),
        sentence: (_, label) => label.toLowerCase(),
      },
      {
        ...{ name: "olderThanMinutes", label: "Age", type: "select", single: true },
        options: ages.map(([value, words]) => ({ value, label: `older than ${words}` })),
        sentence: (_, label) => label,
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
    [channels, kinds],
  );
}

/** Where a channel and we disagree, and nobody but a person can say what is right. On top: what waits longest, or was decided last. */
export function Screen() {
  const filters = useFilters();
  const [{ tab }] = useUrlState();
  return (
    <Page
      fill
      title="Exceptions"
      line="Where a channel and we disagree and a person decides. What is not packed yet waits for that; take off its manifest what must not leave."
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
        defaultSort={tab === "resolved" ? "-resolvedAt" : "openedAt"}
        searchHint="Order"
        byFacility={false}
        panelTitle={(row) => row.title}
        panel={(row, done) => <Doubt key={row.id} row={row} onDecided={done} />}
        empty={{
          icon: IconMoodCheck,
          title: "Nothing is in doubt",
          cause:
            "What left from a marketplace’s panel in part, a cancellation that comes too late, an acceptance that a channel refused, a status that nobody knows: each would be here with the choices you have.",
        }}
      />
    </Page>
  );
}
