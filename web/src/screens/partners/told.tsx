import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, type ListPage } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { Instant, Refusal, Section, StateChip } from "../../ui/index.ts";
import { partnerDeliveryStates } from "../shared/states.ts";
import { type Delivery, deliveriesPath, useStopped } from "./data.ts";
import classes from "./partners.module.css";
import { deliveryStateOf } from "./words.ts";

const SHOWN_MAX = 50;

/**
 * What partners were told of an order or a package, with a way into the log. Nothing is shown where nobody was to be told
 * anything: most sellers have no partner.
 */
export function ToldPartners({
  of,
  code,
}: {
  of: { readonly saleOrderId: string } | { readonly shippingPackageId: string };
  /** Of the order or the package: what the log is searched by. */
  code: string;
}) {
  const may = useMay();
  const { data, error } = useQuery({
    queryKey: ["told-partners", of],
    queryFn: ({ signal }) =>
      api.get<ListPage<Delivery>>(deliveriesPath, { ...of, sort: "position", limit: SHOWN_MAX }, signal),
    enabled: may("partners.view"),
    refetchInterval: 10_000,
  });
  if (data === undefined)
    return error === null ? null : (
      <Section title="Partners">
        <Refusal error={error} />
      </Section>
    );
  return data.rows.length === 0 ? null : <Told page={data} code={code} />;
}

function Told({ page: { rows, total }, code }: { page: ListPage<Delivery>; code: string }) {
  const stopped = useStopped();
  return (
    <Section
      title="Partners"
      line="What they were told of it, in the order in which it was sent."
      actions={
        <Link to="/partner-deliveries" search={{ q: code }} className={classes.toLog}>
          {total > rows.length ? `All ${total} in the log` : "In the log"}
        </Link>
      }
    >
      <div className={classes.scroll}>
        <table className={classes.toldOf}>
          <thead>
            <tr>
              <th>Event</th>
              <th>Partner</th>
              <th>State</th>
              <th>When</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.partnerDeliveryId}>
                <td>
                  <Link
                    to="/partner-deliveries/$partnerDeliveryId"
                    params={{ partnerDeliveryId: row.partnerDeliveryId }}
                  >
                    {row.eventTitle}
                  </Link>
                  {row.subject !== code && <div className={classes.small}>{row.subject}</div>}
                </td>
                <td className={classes.partner} title={row.partnerCode}>
                  {row.partnerCode}
                </td>
                <td>
                  <StateChip state={deliveryStateOf(row, stopped.has(row.partnerId))} table={partnerDeliveryStates} />
                  {row.message !== null && row.state !== "DELIVERED" && (
                    <div className={classes.small} data-failed={row.flagged || undefined}>
                      {row.message}
                    </div>
                  )}
                </td>
                <td>
                  <Instant at={row.settledAt ?? row.happenedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
