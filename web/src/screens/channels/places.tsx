import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Section } from "../../ui/index.ts";
import { Banner } from "./banner.tsx";
import type { Summary, WarehouseRow } from "./data.ts";
import classes from "./summary.module.css";

/** Where the channel's orders are packed and whose stock it is told: by its own warehouses, or at one store. */
export function Places({ summary }: { summary: Summary }) {
  return (
    <>
      {summary.warehouses !== null && <Warehouses summary={summary} rows={summary.warehouses.rows} />}
      {summary.store !== null && <Store summary={summary} store={summary.store} />}
    </>
  );
}

function toConnectors(summary: Summary) {
  return (
    <Link
      to="/settings/channels/$channelId"
      params={{ channelId: summary.channel.channelId }}
      search={{ view: "connectors" }}
    >
      Change at Connectors
    </Link>
  );
}

function Warehouses({ summary, rows }: { summary: Summary; rows: readonly WarehouseRow[] }) {
  const { sourceLabel } = summary.channel;
  return (
    <Section
      title="Warehouses"
      line={
        <>
          Each warehouse of {sourceLabel} is told the stock of the facility beside it, and its orders are packed there.{" "}
          {toConnectors(summary)}
        </>
      }
    >
      {rows.length === 0 ? (
        <p className={classes.byHand}>No warehouse is mapped yet: enter Warehouse Location at Connectors.</p>
      ) : (
        <table className={classes.warehouses}>
          <thead>
            <tr>
              <th scope="col">{sourceLabel}'s warehouse</th>
              <th scope="col">Facility</th>
              <th scope="col">What it gets</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.warehouse ?? ""} ${row.facilityCode}`}>
                <td>
                  {row.warehouse === null ? <span className={classes.quiet}>none</span> : <code>{row.warehouse}</code>}
                </td>
                <td>
                  {row.facilityId === null ? (
                    <code>{row.facilityCode}</code>
                  ) : (
                    <Link to={`/settings/facilities/${row.facilityId}`}>
                      <code>{row.facilityCode}</code> {row.facilityName}
                    </Link>
                  )}
                </td>
                <td data-tone={wrongOf(row) === null ? undefined : "attention"}>
                  {wrongOf(row) ?? "Its own stock; its orders"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

/** Why a warehouse is not served, or a chosen facility is no warehouse; null: all is well. */
function wrongOf(row: WarehouseRow): string | null {
  if (row.facilityId === null) return "There is no such facility: nothing is told, its orders fail";
  if (!row.enabled) return "The facility is disabled";
  if (!row.chosen) return "Not chosen for inventory sync";
  return row.warehouse === null ? "No warehouse is mapped to it: its stock is told to nobody there" : null;
}

function Store({ summary, store }: { summary: Summary; store: NonNullable<Summary["store"]> }) {
  const label = summary.fields.find((field) => field.name === store.field)?.label ?? store.field;
  return (
    <Section title="Store" line="One store is one channel: every order is packed at it, whatever else is published.">
      {store.code === null ? (
        <p className={classes.byHand}>{label} is not entered yet: it is asked for at Connectors.</p>
      ) : (
        <p className={classes.store}>
          {label} <code>{store.code}</code>
          {store.combinedWith.length === 0
            ? ": its stock alone is published. "
            : `, combined with ${store.combinedWith.join(", ")}: the sum of their stock is published. `}
          {toConnectors(summary)}
        </p>
      )}
      {store.warning !== null && (
        <div style={{ marginTop: 10 }}>
          <Banner tone="attention" icon={<IconAlertTriangle size={18} />}>
            {store.warning}
          </Banner>
        </div>
      )}
    </Section>
  );
}
