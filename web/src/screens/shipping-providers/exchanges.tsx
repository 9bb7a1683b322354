import { Link } from "@tanstack/react-router";
import { formatDuration } from "../../lib/format.ts";
import { type Column, DataTable, type Filter, Instant, StateChip } from "../../ui/index.ts";
import classes from "../channels/exchanges.module.css";
import {
  CourierExchange,
  type CourierExchangeRow,
  courierOutcomes,
  courierPurpose,
  courierPurposeOptions,
} from "../shared/courier-exchange.tsx";

const columns: readonly Column<CourierExchangeRow>[] = [
  {
    id: "at",
    header: "When",
    width: 110,
    sort: "at",
    card: "meta",
    always: true,
    cell: (row) => <Instant at={row.at} />,
  },
  { id: "purpose", header: "What", width: 140, card: "title", cell: (row) => courierPurpose(row.operation) },
  {
    id: "outcome",
    header: "Outcome",
    width: 120,
    card: "trailing",
    cell: (row) => <StateChip state={row.outcome} table={courierOutcomes} />,
  },
  { id: "status", header: "Answer", width: 76, align: "right", cell: (row) => row.status ?? "none" },
  {
    id: "url",
    header: "Call",
    width: 220,
    grow: true,
    cell: (row) => (
      <span className={classes.url} title={row.url}>
        {row.method} {row.url.replace(/^https?:\/\/[^/]+/, "")}
      </span>
    ),
  },
  { id: "package", header: "Package", width: 130, cell: (row) => row.packageCode ?? "–" },
  { id: "message", header: "Says", width: 180, grow: true, card: "meta", cell: (row) => row.message ?? "–" },
  {
    id: "duration",
    header: "Took",
    width: 80,
    align: "right",
    cell: (row) => formatDuration(row.durationMs),
  },
];

const filters: readonly Filter[] = [
  { name: "operation", label: "What", type: "select", options: courierPurposeOptions },
  {
    name: "outcome",
    label: "Outcome",
    type: "select",
    options: Object.entries(courierOutcomes).map(([value, look]) => ({ value, label: look.word })),
  },
];

/** Everything that was said to this courier in the last 30 days, names and secrets struck out. */
export function CourierExchangesTab({ providerId }: { providerId: string }) {
  return (
    <DataTable<CourierExchangeRow>
      id="courier-exchanges"
      prefix="x-"
      endpoint="/api/v1/courier-exchanges"
      fixed={{ providerId }}
      rowId={(row) => row.exchangeId}
      noun={["exchange", "exchanges"]}
      columns={columns}
      filters={filters}
      defaultSort="-at"
      searchHint="Package or message"
      byFacility={false}
      refreshMs={5_000}
      rowTone={(row) => (row.outcome === "OK" ? undefined : row.outcome === "UNKNOWN" ? "attention" : "failed")}
      panelTitle={(row) => `${courierPurpose(row.operation)} · ${courierOutcomes[row.outcome]?.word ?? row.outcome}`}
      panel={(row) => (
        <>
          {row.packageCode !== null && (
            <div className={classes.facts}>
              <Link to={`/shipments/${row.packageCode}`}>To package {row.packageCode}</Link>
            </div>
          )}
          <CourierExchange key={row.exchangeId} id={row.exchangeId} />
        </>
      )}
      empty={{
        title: "Nothing was said yet",
        cause:
          "Each request to the courier and its answer is kept here for 30 days, with names and secrets struck out.",
      }}
    />
  );
}
