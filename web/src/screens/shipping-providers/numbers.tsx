import { Link } from "@tanstack/react-router";
import { Code, type Column, DataTable, Facts, type Filter, Instant, StateChip } from "../../ui/index.ts";
import { CourierExchange } from "../shared/courier-exchange.tsx";
import { type CourierNumber, courierNumberStates } from "../shared/courier-numbers.ts";
import classes from "./providers.module.css";
import { SettleNumber } from "./settle-number.tsx";

const columns: readonly Column<CourierNumber>[] = [
  {
    id: "shipment",
    header: "Shipment",
    width: 150,
    always: true,
    card: "title",
    cell: (row) => <Code>{row.shipment}</Code>,
  },
  {
    id: "state",
    header: "State",
    width: 130,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={courierNumberStates} />,
  },
  {
    id: "awb",
    header: "AWB",
    width: 170,
    card: "meta",
    cell: (row) => (row.awb === null ? "–" : <Code>{row.awb}</Code>),
  },
  { id: "carrier", header: "Carrier", width: 130, cell: (row) => row.carrier ?? "–" },
  {
    id: "direction",
    header: "Way",
    width: 90,
    cell: (row) => (row.direction === "FORWARD" ? "Out" : "Back"),
  },
  {
    id: "words",
    header: "Courier says",
    width: 200,
    grow: true,
    card: "meta",
    cell: (row) => <span title={row.words ?? ""}>{row.words ?? "–"}</span>,
  },
  {
    id: "askedAt",
    header: "Asked",
    width: 110,
    sort: "askedAt",
    card: "meta",
    cell: (row) => <Instant at={row.askedAt} />,
  },
];

const filters: readonly Filter[] = [
  {
    name: "state",
    label: "State",
    type: "select",
    options: Object.entries(courierNumberStates).map(([value, look]) => ({ value, label: look.word })),
    sentence: (_value, label) => label,
  },
];

/** Every number that this courier was asked for, and what became of it. */
export function NumbersTab({ providerId }: { providerId: string }) {
  return (
    <DataTable<CourierNumber>
      id="courier-numbers"
      prefix="n-"
      endpoint="/api/v1/courier-numbers"
      fixed={{ providerId }}
      rowId={(row) => row.waybillId}
      noun={["number", "numbers"]}
      columns={columns}
      filters={filters}
      defaultSort="-askedAt"
      searchHint="AWB or shipment"
      byFacility={false}
      refreshMs={5_000}
      rowTone={(row) => (row.state === "UNSURE" ? "attention" : undefined)}
      panelTitle={(row) => `${row.shipment} · ${courierNumberStates[row.state]?.word ?? row.state}`}
      panel={(row) => (
        <>
          <Facts
            facts={[
              ["AWB", row.awb === null ? "–" : <Code key="awb">{row.awb}</Code>],
              ["Carrier", row.carrier ?? "–"],
              ["Routing code", row.routingCode ?? "–"],
              ["Asked by", row.askedBy],
              ["Asked", <Instant key="asked" at={row.askedAt} />],
              ["Given", <Instant key="given" at={row.givenAt} />],
              ["Ended", <Instant key="ended" at={row.endedAt} />],
            ]}
          />
          {row.packageCode !== null && (
            <p className={classes.small}>
              <Link to={`/shipments/${row.packageCode}`}>To package {row.packageCode}</Link>
            </p>
          )}
          {row.returnCaseId !== null && (
            <p className={classes.small}>
              <Link to={`/returns/${row.returnCaseId}`}>To the return</Link>
            </p>
          )}
          {row.state === "UNSURE" && <SettleNumber number={row} />}
          {row.exchangeId !== null && <CourierExchange key={row.exchangeId} id={row.exchangeId} />}
        </>
      )}
      empty={{
        title: "No number was asked for yet",
        cause:
          "When a package of this courier is labelled, it is asked for a tracking number; each number stands here with what became of it.",
      }}
    />
  );
}
