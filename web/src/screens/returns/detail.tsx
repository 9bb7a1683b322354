import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { formatInstant, plural } from "../../lib/format.ts";
import { AsOf, Code, Facts, Instant, Page, Refusal, Section, StateChip, Timeline } from "../../ui/index.ts";
import { actorOf } from "../orders/timeline-actor.ts";
import { operationWords, outcomeWords, wordsOf } from "../orders/timeline-words.ts";
import { ExchangeButton } from "../shared/exchange-button.tsx";
import { returnStates } from "../shared/states.ts";
import { StoredExchange } from "../shared/stored-exchange.tsx";
import { CourierPart } from "./courier-part.tsx";
import { CreditPart } from "./credit-part.tsx";
import { GradeReport } from "./grade-report.tsx";
import { PickupActions } from "./pickup-actions.tsx";
import { kindWords, type ReturnAddress, type ReturnDetail, returnQuery, viaWords } from "./return-data.ts";
import classes from "./returns.module.css";
import { UnitsIn } from "./units-in.tsx";

/** One return: what it is, its units and where each is, what its channel was told and gave, and all that happened. */
export function Screen() {
  const { returnCaseId = "" } = useParams({ strict: false });
  const client = useQueryClient();
  const { data, error, dataUpdatedAt, refetch } = useQuery(returnQuery(returnCaseId));
  const changed = async () => {
    void client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] !== "session" && queryKey[0] !== "return",
    });
    await refetch();
  };
  if (data === undefined)
    return (
      <Page title="Return" back={{ to: "/rto", label: "RTO" }}>
        {error === null ? <p role="status">Reading the return…</p> : <Refusal error={error} />}
      </Page>
    );
  const back = data.kind === "RTO" ? { to: "/rto", label: "RTO" } : { to: "/reverse-pickups", label: "Reverse Pickup" };
  return (
    <Page
      back={back}
      documentTitle={data.code}
      title={
        <>
          <Code>{data.code}</Code>
          <StateChip state={data.state} table={returnStates} size="md" />
        </>
      }
      line={
        <>
          {kindWords[data.kind]} · {plural(data.units, "unit")} of order{" "}
          <Code href={`/orders/${data.saleOrderId}`}>{data.order}</Code> from {data.channel}
          <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
        </>
      }
      actions={<PickupActions of={data} onChanged={changed} />}
    >
      <div className={classes.columns}>
        <div className={classes.main}>
          <Section title="Units">
            <UnitsIn of={data} onChanged={changed} />
          </Section>
          <CourierPart of={data} onChanged={changed} />
          <CreditPart of={data} />
          <GradeReport of={data} onChanged={changed} />
          <Section title="Details">
            <Details of={data} />
          </Section>
        </div>
        <div className={classes.side}>
          <Section title="What happened">
            <Timeline entries={entriesOf(data)} />
          </Section>
          <Exchanges of={data} />
        </div>
      </div>
    </Page>
  );
}

function entriesOf(of: ReturnDetail): Parameters<typeof Timeline>[0]["entries"] {
  return of.timeline.map((event, i) => {
    const row = {
      ...{ id: String(i), at: event.at, kind: event.kind, facts: event.facts, package: event.package },
      ...{
        actorName: event.actor,
        actorKind: event.facts.courier === event.actor ? "COURIER" : actorKind(event.actor),
        exchangeId: null,
        outcome: null,
      },
    };
    const { what, why, tone } = wordsOf(row);
    const exchangeId = typeof event.facts.exchangeId === "string" ? event.facts.exchangeId : null;
    return {
      id: `${event.at} ${i}`,
      ...{ at: event.at, who: actorOf(row), what },
      ...(why === undefined ? {} : { why }),
      ...(tone === undefined ? {} : { tone }),
      ...(exchangeId === null
        ? {}
        : { more: { label: "Request and answer", dialog: what, content: () => <StoredExchange id={exchangeId} /> } }),
    };
  });
}

/** Work in the background is named by its job, a channel by its code; all others are people. */
const actorKind = (name: string): string =>
  /^[a-z-]+\.[a-zA-Z_]+$|schedule|nightly/.test(name) ? "SCHEDULE" : /_\d+$|channel/i.test(name) ? "CHANNEL" : "USER";

function Details({ of }: { of: ReturnDetail }) {
  const { lengthMm, widthMm, heightMm, weightGrams } = of.box;
  const box = [lengthMm, widthMm, heightMm].every((side) => side !== null)
    ? `${lengthMm} × ${widthMm} × ${heightMm} mm`
    : null;
  const facts: (readonly [string, React.ReactNode])[] = [
    [
      "Announced",
      <span key="announced">
        {formatInstant(of.announcedAt)}, {viaWords[of.announcedVia]}
      </span>,
    ],
    ["Channel’s return", of.channelReturnId === null ? "–" : <Code key="id">{of.channelReturnId}</Code>],
    ["Reason", of.reason ?? "–"],
    ["Courier", of.courier ?? "–"],
    ["AWB", of.awb === null ? "–" : <Code key="awb">{of.awb}</Code>],
    ["Packages", of.packages.length === 0 ? "–" : <Packages key="packages" codes={of.packages} />],
    ["Left from", of.dispatchFacility ?? "–"],
    [
      "Comes back to",
      `${of.expectedFacility ?? "–"}${of.channelWarehouse === null ? "" : ` (${of.channelWarehouse} to the channel)`}`,
    ],
    [
      "Received",
      <span key="received">
        <Instant at={of.receivedAt} />
        {of.receivedBy !== null && ` by ${of.receivedBy}`}
        {of.facility !== null && ` in ${of.facility}`}
      </span>,
    ],
    ["On the shelf", <Instant key="shelf" at={of.putAwayAt} />],
    ["Completed", <Instant key="completed" at={of.completedAt} />],
    ...(of.cancelledAt === null
      ? []
      : [
          [
            "Cancelled",
            <span key="cancelled">
              <Instant at={of.cancelledAt} />
              {of.cancelReason !== null && `: ${of.cancelReason}`}
            </span>,
          ] as const,
        ]),
    ...(of.kind === "CIR"
      ? [
          ["Courier given", <Instant key="given" at={of.courierAllocatedAt} />] as const,
          ["Picked up", <Instant key="picked" at={of.pickedUpAt} />] as const,
          ["Action code", of.actionCode ?? "–"] as const,
          [
            "Box",
            [box, weightGrams === null ? null : `${weightGrams} g`].filter((part) => part !== null).join(", ") || "–",
          ] as const,
          ["Collected from", of.pickupAddress === null ? "where it was delivered" : oneLine(of.pickupAddress)] as const,
          [
            "Sent instead to",
            of.shippingAddress === null ? "where it is collected" : oneLine(of.shippingAddress),
          ] as const,
          ["Made by", of.createdBy ?? "–"] as const,
        ]
      : []),
  ];
  return <Facts facts={facts} />;
}

const oneLine = ({ name, line1, line2, city, pincode, state, phone }: ReturnAddress): string =>
  [name, line1, line2, `${city} ${pincode}`, state, phone].filter((part) => part !== null && part !== "").join(", ");

function Packages({ codes }: { codes: readonly string[] }) {
  return (
    <>
      {codes.map((code) => (
        <Code key={code} href={`/shipments/${code}`}>
          {code}
        </Code>
      ))}
    </>
  );
}

function Exchanges({ of }: { of: ReturnDetail }) {
  if (of.exchanges.length === 0) return null;
  return (
    <Section title="Said to and fro" line="With the channel, about the whole order.">
      <ul className={classes.exchanges}>
        {of.exchanges.map((each) => (
          <li key={each.exchangeId}>
            <span>
              {operationWords(each.operation)}: {each.message ?? outcomeWords[each.outcome ?? ""] ?? "no answer"}{" "}
              <Instant at={each.at} />
            </span>
            <ExchangeButton id={each.exchangeId} title={`${of.code}: ${operationWords(each.operation)}`} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
