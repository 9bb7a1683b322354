import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, type ListPage } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { Instant, Refusal, Section, StateChip } from "../../ui/index.ts";
import { partnerDeliveryStates } from "../shared/states.ts";
import { type Delivery, deliveriesPath } from "./data.ts";
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
  if (data.rows.length === 0) return null;
  const several = new Set(data.rows.map((row) => row.partnerId)).size > 1;
  return (
    <Section
      title="Partners"
      line="What they were told of it, in the order in which it was sent."
      actions={
        <Link to="/partner-deliveries" search={{ q: code }} className={classes.toLog}>
          {data.total > data.rows.length ? `All ${data.total} in the log` : "In the log"}
        </Link>
      }
    >
      <ul className={classes.toldOf}>
        {data.rows.map((row) => (
          <li key={row.partnerDeliveryId}>
            <Link to="/partner-deliveries/$partnerDeliveryId" params={{ partnerDeliveryId: row.partnerDeliveryId }}>
              {row.eventTitle}
            </Link>
            {several && <span className={classes.quiet}>{row.partnerCode}</span>}
            {"saleOrderId" in of && row.subject !== code && <span className={classes.quiet}>{row.subject}</span>}
            <StateChip state={deliveryStateOf(row)} table={partnerDeliveryStates} />
            <span className={classes.quiet}>
              <Instant at={row.settledAt ?? row.happenedAt} />
            </span>
            {row.flagged && <span className={classes.failed}>{row.message}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
