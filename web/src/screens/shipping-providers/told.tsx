import { Link } from "@tanstack/react-router";
import { Code, type Column, DataTable, Facts, Instant, StateChip } from "../../ui/index.ts";
import { CourierExchange } from "../shared/courier-exchange.tsx";
import { type CourierTelling, courierTellingStates, tellingWords } from "../shared/courier-numbers.ts";
import { TellingActions } from "../shared/telling-actions.tsx";
import classes from "./providers.module.css";

const columns: readonly Column<CourierTelling>[] = [
  { id: "awb", header: "AWB", width: 170, always: true, card: "title", cell: (row) => <Code>{row.awb}</Code> },
  { id: "kind", header: "What", width: 150, card: "meta", cell: (row) => tellingWords[row.kind] },
  {
    id: "state",
    header: "State",
    width: 150,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={courierTellingStates} />,
  },
  { id: "shipment", header: "Shipment", width: 140, cell: (row) => <Code>{row.shipment}</Code> },
  {
    id: "why",
    header: "Why",
    width: 220,
    grow: true,
    card: "meta",
    cell: (row) => <span title={row.message ?? row.reason ?? ""}>{row.courierSays ?? row.message ?? row.reason}</span>,
  },
  { id: "attempts", header: "Tries", width: 60, align: "right", cell: (row) => row.attempts },
  { id: "next", header: "Next try", width: 110, cell: (row) => <Instant at={row.nextAttemptAt} /> },
  { id: "wantedAt", header: "Since", width: 110, card: "meta", cell: (row) => <Instant at={row.wantedAt} /> },
];

/** What this courier is told of its numbers: other weights and sizes, and numbers that are not used. */
export function ToldTab({ providerId }: { providerId: string }) {
  return (
    <DataTable<CourierTelling>
      id="courier-tellings"
      prefix="t-"
      endpoint="/api/v1/courier-tellings"
      fixed={{ providerId }}
      rowId={(row) => row.tellingId}
      noun={["message", "messages"]}
      columns={columns}
      tabFilter="state"
      tabs={[
        { value: "FAILED", label: "Failed", tone: "failed" },
        { value: "WAITING", label: "Waiting" },
        { value: "DONE", label: "Told" },
        { value: "SETTLED", label: "Settled" },
        { value: "all", label: "All" },
      ]}
      filters={[
        {
          name: "kind",
          label: "What",
          type: "select",
          single: true,
          options: Object.entries(tellingWords).map(([value, label]) => ({ value, label })),
          sentence: (_value, label) => label,
        },
      ]}
      searchHint="AWB or shipment"
      byFacility={false}
      refreshMs={5_000}
      rowTone={(row) => (row.state === "FAILED" ? "failed" : undefined)}
      panelTitle={(row) => `${row.awb} · ${tellingWords[row.kind]}`}
      panel={(row) => (
        <>
          <div className={classes.buttons}>
            <TellingActions telling={row} />
          </div>
          {row.message !== null && <p className={classes.small}>{row.message}</p>}
          {row.whatToDo !== null && <p className={classes.small}>{row.whatToDo}</p>}
          <Facts
            facts={[
              ["Because", row.reason ?? "–"],
              ["Wanted by", row.wantedBy],
              ["Since", <Instant key="since" at={row.wantedAt} />],
              ["Tries", row.attempts],
              ["Settled", row.settledBy === null ? "–" : `by ${row.settledBy}`],
            ]}
          />
          {row.packageCode !== null && (
            <p className={classes.small}>
              <Link to={`/shipments/${row.packageCode}`}>To package {row.packageCode}</Link>
            </p>
          )}
          {row.exchangeId !== null && <CourierExchange key={row.exchangeId} id={row.exchangeId} />}
        </>
      )}
      empty={{
        title: "Nothing in this state",
        cause:
          "A courier is told when a parcel weighs or measures otherwise than it was asked for, and when a number is not used: cancelled packages, another courier.",
      }}
    />
  );
}
