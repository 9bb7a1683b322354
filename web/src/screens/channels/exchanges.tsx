import { Link } from "@tanstack/react-router";
import { formatDuration } from "../../lib/format.ts";
import { type Column, DataTable, type Filter, Instant, StateChip } from "../../ui/index.ts";
import type { ExchangeRow } from "./data.ts";
import { ExchangeById, exchangeOutcomes, purposeOf, purposeOptions } from "./exchange-detail.tsx";
import classes from "./exchanges.module.css";

const columns: readonly Column<ExchangeRow>[] = [
  {
    id: "at",
    header: "When",
    width: 110,
    sort: "at",
    card: "meta",
    always: true,
    cell: (row) => <Instant at={row.at} />,
  },
  { id: "purpose", header: "What", width: 140, card: "title", cell: (row) => purposeOf(row.operation) },
  {
    id: "outcome",
    header: "Outcome",
    width: 120,
    card: "trailing",
    cell: (row) => <StateChip state={row.outcome} table={exchangeOutcomes} />,
  },
  { id: "status", header: "Answer", width: 76, align: "right", cell: (row) => row.status ?? "none" },
  {
    id: "url",
    header: "Call",
    width: 240,
    grow: true,
    cell: (row) => (
      <span className={classes.url} title={row.url}>
        {row.method} {pathOf(row.url)}
      </span>
    ),
  },
  { id: "message", header: "Says", width: 180, grow: true, card: "meta", cell: saysOf },
  {
    id: "duration",
    header: "Took",
    width: 80,
    align: "right",
    cell: (row) => (row.durationMs === null ? "–" : formatDuration(row.durationMs)),
  },
];

/** Of answers that brought nothing new one an hour is kept: it says how many it stands for. */
function saysOf({ message, quietCount, quietSince }: ExchangeRow) {
  if (message !== null || quietCount === null || quietSince === null) return message ?? "–";
  if (quietCount === 1) return "Nothing new";
  return (
    <>
      Nothing new: the latest of {quietCount} since <Instant at={quietSince} />
    </>
  );
}

const pathOf = (url: string): string => url.replace(/^https?:\/\/[^/]+/, "");

const filters: readonly Filter[] = [
  { name: "operation", label: "What", type: "select", options: purposeOptions },
  {
    name: "outcome",
    label: "Outcome",
    type: "select",
    options: Object.entries(exchangeOutcomes).map(([value, look]) => ({ value, label: look.word })),
  },
];

/** Everything that was said between this channel and us in the last 30 days, secrets struck out. */
export function ExchangesTab({ channelId }: { channelId: string }) {
  return (
    <DataTable<ExchangeRow>
      id="channel-exchanges"
      prefix="x-"
      endpoint="/api/v1/exchanges"
      fixed={{ channelId }}
      rowId={(row) => row.exchangeId}
      noun={["exchange", "exchanges"]}
      columns={columns}
      filters={filters}
      defaultSort="-at"
      searchHint="Address or message"
      byFacility={false}
      refreshMs={5_000}
      rowTone={(row) => (row.outcome === "OK" ? undefined : row.outcome === "UNKNOWN" ? "attention" : "failed")}
      panelTitle={(row) => `${purposeOf(row.operation)} · ${exchangeOutcomes[row.outcome]?.word ?? row.outcome}`}
      panel={(row) => (
        <>
          {row.saleOrderId !== null && (
            <div className={classes.facts}>
              <Link to={`/orders/${row.saleOrderId}`}>Open the order</Link>
            </div>
          )}
          {/* A key of its own: what Repeat said belongs to one exchange. */}
          <ExchangeById key={row.exchangeId} exchangeId={row.exchangeId} />
        </>
      )}
      empty={{
        title: "Nothing was said yet",
        cause: "Each request to the marketplace and its answer is kept here for 30 days, with secrets struck out.",
      }}
    />
  );
}
