import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { formatInstant, formatSpan } from "../../lib/format.ts";
import { useSlow } from "../../lib/use-slow.ts";
import { AsOf, Code, Deadline, Facts, Instant, Money, Page, Refusal, Section } from "../../ui/index.ts";
import { ToldPartners } from "../partners/told.tsx";
import { AcceptanceWords, useAcceptance } from "./acceptance.tsx";
import { Addresses } from "./addresses.tsx";
import classes from "./detail.module.css";
import { OrderHead } from "./head.tsx";
import { OrderState } from "./index.tsx";
import { MoneyParts } from "./money.tsx";
import { OrderFields } from "./order-fields.tsx";
import { OrderTimeline } from "./order-timeline.tsx";
import { OrderTracking } from "./order-tracking.tsx";
import { Parcels } from "./parcels.tsx";
import { actionsQuery, orderQuery } from "./queries.ts";
import { isAway, Returns } from "./returns.tsx";
import { Routing } from "./routing.tsx";
import type { OrderDetail } from "./types.ts";
import { Units } from "./units.tsx";

const back = { to: "/orders", label: "Orders" };

/** One order: what it is at the left, everything that happened to it at the right. */
export function Screen() {
  const params: { orderId?: string } = useParams({ strict: false });
  const id = params.orderId ?? "";
  const order = useQuery(orderQuery(id));
  const slow = useSlow(order.isPending);
  if (order.data === undefined)
    return (
      <Page title="Order" back={back}>
        {order.error === null ? (
          <Waiting slow={slow} />
        ) : (
          <Refusal
            error={order.error}
            title="The order could not be read"
            action={<Link to="/orders">To the list</Link>}
          />
        )}
      </Page>
    );
  return <Found order={order.data} error={order.error} refetch={order.refetch} />;
}

function Found({ order, error, refetch }: { order: OrderDetail; error: unknown; refetch: () => unknown }) {
  const actions = useQuery(actionsQuery(order.id));
  return (
    <Page
      back={back}
      documentTitle={order.code}
      title={
        <>
          <Code>{order.code}</Code>
          <OrderState row={order} size="md" />
          <span className={classes.due}>
            <Due order={order} />
          </span>
          <AsOf at={undefined} error={error} onRetry={refetch} />
        </>
      }
      line={<Line order={order} />}
    >
      <OrderHead order={order} actions={actions.data} error={actions.error} />
      <div className={classes.columns}>
        <div className={classes.main}>
          <Section title="Units" line="By line, as the channel counts them.">
            <Units order={order} />
          </Section>
          <Parcels order={order} />
          <OrderTracking id={order.id} />
          <ToldPartners of={{ saleOrderId: order.id }} code={order.code} />
          {(order.returns.length > 0 || order.units.some(isAway)) && <Returns order={order} />}
          <OrderFields order={order} />
          <div className={classes.pair}>
            <Section title="Money">
              <MoneyParts order={order} />
            </Section>
            <Section title="Addresses">
              <Addresses order={order} />
            </Section>
          </div>
          <Section title="Facility">
            <Routing order={order} />
          </Section>
          <Section title="Details">
            <Details order={order} />
          </Section>
        </div>
        <aside className={classes.side} aria-label="Timeline">
          <h2 className={classes.sideTitle}>What happened</h2>
          <OrderTimeline id={order.id} />
        </aside>
      </div>
    </Page>
  );
}

/** The next deadline; once all has left, whether that was in time. */
function Due({ order }: { order: OrderDetail }) {
  if (order.state === "CANCELLED") return null;
  if (order.state !== "COMPLETE") return <Deadline by={order.dispatchBy} />;
  const left = order.parcels.flatMap((parcel) =>
    parcel.dispatchedAt === null ? [] : [Date.parse(parcel.dispatchedAt)],
  );
  const last = Math.max(...left);
  if (left.length === 0) return null;
  const lateMs = last - Date.parse(order.dispatchBy);
  return lateMs <= 0 ? (
    <Deadline by={order.dispatchBy} met />
  ) : (
    <span className={classes.late}>left {formatSpan(lateMs)} late</span>
  );
}

function Line({ order }: { order: OrderDetail }) {
  return (
    <span className={classes.line}>
      <span>{order.channel}</span>
      <span>
        placed <Instant at={order.placedAt} />
      </span>
      <span>
        {order.paymentType === "COD" ? (
          <>
            COD, <Money paise={order.collectPaise} /> to collect
          </>
        ) : (
          <>
            Prepaid, <Money paise={order.totalPaise} />
          </>
        )}
      </span>
      <span>
        {order.buyerName}, {order.city} {order.pincode}
      </span>
    </span>
  );
}

function Details({ order }: { order: OrderDetail }) {
  const accepted = useAcceptance(order.id);
  const facts: [string, React.ReactNode][] = [
    ["Shown as", <Code key="display">{order.displayCode}</Code>],
    ["Who ships", order.thirdPartyShipping ? "The marketplace" : "We, with our couriers"],
    [
      "Package type",
      order.packageType === "FIXED" ? "Fixed: waits until all units are there" : "Flexible: sends what there is",
    ],
    ["Priority", order.priority],
    ["Came in", <Instant key="created" at={order.createdAt} />],
    ["Dispatch by", formatInstant(order.dispatchBy)],
  ];
  if (accepted !== null) facts.push(["Acceptance", <AcceptanceWords key="acceptance" acceptance={accepted} />]);
  if (order.payment?.mode) facts.push(["Paid by", order.payment.mode]);
  if (order.payment?.transactionId)
    facts.push(["Transaction", <Code key="transaction">{order.payment.transactionId}</Code>]);
  if (order.taxExempt) facts.push(["Tax", "Exempt"]);
  if (order.additionalInfo) facts.push(["Note", order.additionalInfo]);
  return <Facts facts={facts} />;
}

/** The shape of what comes. */
function Waiting({ slow }: { slow: boolean }) {
  return (
    <div aria-busy="true">
      {slow && <p>The order has been asked for 10 s ago and is not here yet. It is shown as soon as it comes.</p>}
      <div className={classes.columns} aria-hidden>
        <div className={classes.main}>
          {[28, 140, 28, 90, 28, 110].map((height, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: bars without a meaning of their own
            <div key={i} className={classes.bar} style={{ height, width: height < 40 ? 160 : undefined }} />
          ))}
        </div>
        <div className={classes.side}>
          {[60, 60, 60, 60].map((height, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: bars without a meaning of their own
            <div key={i} className={classes.bar} style={{ height }} />
          ))}
        </div>
      </div>
    </div>
  );
}
