import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useUrlState } from "../../lib/url-state.ts";
import { Code, type Column, DataTable, type Filter, Instant, StateChip } from "../../ui/index.ts";
import { useChannels } from "../shared/channels.ts";
import { wordOutcomes } from "../shared/states.ts";
import { formatLag, overviewQuery, reasonWords, statusWords, viaWords, type Word } from "./data.ts";
import { WordPanel } from "./word-panel.tsx";

const orderOf = (row: Word): string => `${row.channelId} ${row.channelOrderId}`;
const lineOf = (row: Word): string => `${orderOf(row)} ${row.line}`;

const columns: readonly Column<Word>[] = [
  {
    id: "order",
    header: "Order",
    width: 190,
    always: true,
    card: "title",
    cell: (row) =>
      row.orderCode === null ? (
        <Code>{row.channelOrderId}</Code>
      ) : (
        <Code href={`/orders/${row.saleOrderId}`}>{row.orderCode}</Code>
      ),
  },
  {
    id: "status",
    header: "The channel says",
    width: 122,
    card: "meta",
    cell: (row) => statusWords[row.status] ?? row.status,
    cardCell: (row) => <span data-whole>{statusWords[row.status] ?? row.status}</span>,
  },
  {
    id: "line",
    header: "Line",
    width: 120,
    // Words of one order are told apart by their lines alone.
    tells: (rows) => new Set(rows.map(lineOf)).size > new Set(rows.map(orderOf)).size,
    cell: (row) => <Code copy={false}>{row.line}</Code>,
  },
  {
    id: "raw",
    header: "In its spelling",
    width: 126,
    hidden: true,
    cell: (row) => <Code copy={false}>{row.raw}</Code>,
  },
  {
    id: "outcome",
    header: "What became of it",
    width: 150,
    card: "trailing",
    cell: (row) => <StateChip state={row.outcome} table={wordOutcomes} />,
  },
  {
    id: "why",
    header: "Why",
    width: 150,
    grow: true,
    cell: (row) => <span title={`${row.message ?? ""} ${row.whatToDo ?? ""}`.trim()}>{row.message}</span>,
  },
  {
    id: "channel",
    header: "Channel",
    width: 132,
    card: "meta",
    cell: (row) => row.channelCode,
    cardCell: (row) => <span data-whole>{row.channelCode}</span>,
  },
  {
    id: "units",
    header: "Units",
    width: 72,
    align: "right",
    hidden: true,
    cell: (row) => (row.quantity === 0 ? "all" : row.quantity),
  },
  {
    id: "changedAt",
    header: "Changed there",
    width: 104,
    align: "right",
    cell: (row) => <Instant at={row.changedAt} />,
  },
  {
    id: "heardAt",
    header: "Heard",
    width: 100,
    align: "right",
    sort: "heardAt",
    card: "meta",
    cell: (row) => <Instant at={row.heardAt} />,
  },
  {
    id: "lag",
    header: "Lag",
    width: 84,
    align: "right",
    sort: "lag",
    cell: (row) => (row.lagSeconds === null ? "–" : formatLag(row.lagSeconds)),
  },
  {
    id: "settledAt",
    header: "Settled",
    width: 100,
    align: "right",
    sort: "settledAt",
    hidden: true,
    cell: (row) => <Instant at={row.settledAt} />,
  },
  { id: "via", header: "Heard by", width: 160, hidden: true, cell: (row) => viaWords[row.via] },
];

const ages: readonly (readonly [minutes: string, words: string])[] = [
  ["10", "10 minutes"],
  ["60", "an hour"],
  ["1440", "a day"],
  ["10080", "a week"],
];

/** Filters of the list; a reason that stands in the address or among those that wait now is always among the choices. */
function useFilters(): readonly Filter[] {
  const channels = useChannels();
  const [{ code }] = useUrlState();
  const { data } = useQuery(overviewQuery);
  return useMemo(() => {
    const now =
      data?.channels.flatMap((channel) => channel.backlog.reasons.flatMap((reason) => reason.code ?? [])) ?? [];
    const codes = [...new Set([...Object.keys(reasonWords), ...now, ...(code === undefined ? [] : [code])])];
    const option = ([value, label]: readonly [string, string]) => ({ value, label });
    return [
      {
        ...{ name: "channelId", label: "Channel", type: "select", single: true },
        options: channels.map(({ channelId, name }) => ({ value: channelId, label: name })),
        sentence: (_, label) => label,
      },
      {
        ...{ name: "status", label: "The channel says", type: "select", single: true },
        options: Object.entries(statusWords).map(option),
        sentence: (_, label) => `told ${label.toLowerCase()}`,
      },
      {
        ...{ name: "code", label: "Reason", type: "select", single: true },
        options: codes.map((each) => ({
          value: each,
          label: reasonWords[each] ?? each.toLowerCase().replaceAll("_", " "),
        })),
        sentence: (_, label) => `because ${label}`,
      },
      {
        ...{ name: "olderThanMinutes", label: "Heard", type: "select", single: true },
        options: ages.map(([value, words]) => ({ value, label: `more than ${words} ago` })),
        sentence: (_, label) => `heard ${label}`,
      },
      {
        ...{ name: "via", label: "Heard by", type: "select", single: true },
        options: Object.entries(viaWords).map(option),
        sentence: (_, label) => `by ${label}`,
      },
    ];
  }, [channels, code, data]);
}

/** The journal of words: everything channels said of orders, and what became of it here. */
export function WordsList() {
  const filters = useFilters();
  return (
    <DataTable<Word>
      id="status-words"
      endpoint="/api/v1/status-sync/words"
      rowId={(row) => row.channelWordId}
      noun={["word", "words"]}
      columns={columns}
      tabFilter="outcome"
      tabs={[
        { value: "all", label: "All" },
        { value: "WAITING", label: "Waiting", tone: "attention" },
        { value: "DOUBT", label: "For a person", tone: "attention" },
        { value: "DECIDED", label: "Decided" },
        { value: "ADOPTED", label: "Adopted" },
        { value: "APPLIED", label: "Applied" },
        { value: "KNOWN", label: "Known already" },
        { value: "NOT_SYNCED", label: "Not synced" },
      ]}
      filters={filters}
      ask={({ search, ...query }) => (search === undefined ? query : { ...query, q: search })}
      defaultSort="-heardAt"
      searchHint="Order’s code or the channel’s id, in full"
      byFacility={false}
      rowTone={(row) => (row.outcome === "WAITING" || row.outcome === "DOUBT" ? "attention" : undefined)}
      panelTitle={(row) => `${statusWords[row.status] ?? row.status}: ${row.orderCode ?? row.channelOrderId}`}
      panel={(row) => <WordPanel key={row.channelWordId} word={row} />}
      empty={{
        title: "No word here",
        cause:
          "When a marketplace says that an order was cancelled, dispatched, delivered or comes back, its word is kept here with what became of it.",
      }}
    />
  );
}
