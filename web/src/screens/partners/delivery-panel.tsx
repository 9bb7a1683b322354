import { IconBan, IconCheck, IconRepeat } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatDuration, formatInstant, plural } from "../../lib/format.ts";
import {
  ActionButton,
  Code,
  ConfirmAction,
  Facts,
  Instant,
  Refusal,
  reportDone,
  Section,
  StateChip,
} from "../../ui/index.ts";
import { Payload } from "../shared/payload.tsx";
import { partnerDeliveryStates } from "../shared/states.ts";
import { Attempts } from "./attempts.tsx";
import {
  type DeliveryDetail,
  deliveriesPath,
  deliveryQuery,
  partnersChanged,
  partnersQuery,
  useStopped,
} from "./data.ts";
import { SchemaLink } from "./event-list.tsx";
import { useNotMyResend } from "./may.ts";
import classes from "./partners.module.css";
import { deliveryStateOf } from "./words.ts";

/** One delivery: how it stands and what happens next, what can be done, the exact request, and each try with its answer. */
export function DeliveryPanel({ id }: { id: string }) {
  const { data, error } = useQuery(deliveryQuery(id));
  const stopped = useStopped();
  if (data === undefined)
    return error === null ? (
      <div className={classes.bones} aria-busy="true" aria-hidden />
    ) : (
      <Refusal error={error} title="The delivery could not be read" />
    );
  return (
    <>
      <div className={classes.head}>
        <StateChip state={deliveryStateOf(data, stopped.has(data.partnerId))} table={partnerDeliveryStates} size="md" />
        <Actions delivery={data} stopped={stopped.has(data.partnerId)} />
      </div>
      <Standing delivery={data} />
      <Facts facts={factsOf(data)} />
      <Section title="Tries">
        <Attempts delivery={data} stopped={stopped.has(data.partnerId)} />
      </Section>
      <Request delivery={data} />
    </>
  );
}

function Actions({ delivery, stopped }: { delivery: DeliveryDetail; stopped: boolean }) {
  const client = useQueryClient();
  const notMine = useNotMyResend();
  const [asking, setAsking] = useState<"repeat" | "discard" | null>(null);
  const { partnerDeliveryId, state, flagged, eventTitle, subject } = delivery;
  const act = async (verb: "repeat" | "dismiss" | "discard", done: string) => {
    await api.post(`${deliveriesPath}/${verb}`, { partnerDeliveryIds: [partnerDeliveryId] });
    await partnersChanged(client);
    reportDone(done);
  };
  const repeat = () => act("repeat", `${eventTitle} of ${subject} is sent ${state === "PENDING" ? "now" : "again"}.`);
  return (
    <span className={classes.buttons}>
      <ActionButton
        primary={flagged}
        label={state === "PENDING" ? "Send now" : "Repeat"}
        icon={IconRepeat}
        notNow={notMine ?? whyNotNow(delivery, stopped)}
        // A partner that took it already is asked to take it again: that wants a second thought, the others do not.
        onClick={() => (state === "DELIVERED" ? setAsking("repeat") : repeat())}
      />
      {flagged && (
        <ActionButton
          label="Dismiss"
          icon={IconCheck}
          notNow={notMine}
          onClick={() => act("dismiss", "Dismissed: it is no longer flagged.")}
        />
      )}
      {state === "PENDING" && (
        <ActionButton danger label="Do not send" icon={IconBan} notNow={notMine} onClick={() => setAsking("discard")} />
      )}
      <ConfirmAction
        opened={asking === "repeat"}
        onClose={() => setAsking(null)}
        title={`Repeat ${eventTitle.toLowerCase()} of ${subject}`}
        verb="Repeat"
        willHappen="The partner took it already. The same body goes to it once more under the same key, by which it knows that it is no second event."
        onConfirm={repeat}
      />
      <ConfirmAction
        danger
        opened={asking === "discard"}
        onClose={() => setAsking(null)}
        title={`Do not send ${eventTitle.toLowerCase()} of ${subject}`}
        verb="Do not send"
        willHappen="The partner is not told of this. Later events of the same shipment go on. It stays in the log and can be repeated."
        onConfirm={() => act("discard", "It is not sent.")}
      />
    </span>
  );
}

/** Why "Send now" would send nothing now. */
function whyNotNow({ state, behind, partnerCode }: DeliveryDetail, stopped: boolean): string | null {
  if (state !== "PENDING") return null;
  if (stopped) return `Nothing is sent to ${partnerCode} just now: see its page.`;
  return behind ? "Earlier events of the same shipment go first." : null;
}

/** How it stands, in words: what happens next, by itself or by whom. */
function Standing({ delivery }: { delivery: DeliveryDetail }) {
  const { data } = useQuery({ ...partnersQuery, refetchInterval: false, staleTime: 10_000 });
  const partner = data?.partners.find((each) => each.partnerId === delivery.partnerId);
  const tone = delivery.flagged
    ? "failed"
    : delivery.state === "PENDING" && delivery.attempts > 0
      ? "attention"
      : undefined;
  return (
    <div className={classes.note} data-tone={tone} role="status">
      {delivery.state !== "DELIVERED" && delivery.message !== null && <p>{delivery.message}</p>}
      <p>
        <Next delivery={delivery} off={partner?.enabled === false} held={partner?.line.held != null} />
      </p>
    </div>
  );
}

function Next({ delivery, off, held }: { delivery: DeliveryDetail; off: boolean; held: boolean }) {
  const { state, behind, nextAttemptAt, attempts, tries, partnerCode, dismissedAt, dismissedBy, settledAt } = delivery;
  switch (state) {
    case "PENDING":
      if (off) return <>{partnerCode} is off: it waits until that is enabled, or until it is discarded.</>;
      if (held)
        return (
          <>
            {partnerCode} is held back as a whole; it is sent by itself when that answers again.{" "}
            <Link to={`/settings/partners/${delivery.partnerId}`}>To the partner</Link>
          </>
        );
      if (behind) return <>It is sent when the earlier events of the same shipment are delivered or given up.</>;
      return attempts === 0 ? (
        <>It is sent at once.</>
      ) : (
        <>
          Tried again <Instant at={nextAttemptAt} />, after {plural(tries, "failed try", "failed tries")}. The pauses
          are 1, 5, 15 and 60 minutes, then hourly; 24 hours after the first try it is given up.
        </>
      );
    case "DELIVERED":
      return (
        <>
          The partner took it <Instant at={settledAt} />
          {settledAt !== null &&
            `, ${formatDuration(Math.max(0, Date.parse(settledAt) - Date.parse(delivery.createdAt)))} after the event`}
          .
        </>
      );
    case "FAILED":
    case "GIVEN_UP":
      if (dismissedAt !== null)
        return (
          <>
            {dismissedBy} dismissed it <Instant at={dismissedAt} />.
          </>
        );
      return (
        <>
          It is not tried again by itself. Repeat it when the reason is gone, or dismiss it. Later events of the same
          shipment go on.
        </>
      );
    case "DISCARDED":
      return <>A person wanted it not sent. Repeat sends it after all.</>;
    default:
      return state satisfies never;
  }
}

function factsOf(delivery: DeliveryDetail): Parameters<typeof Facts>[0]["facts"] {
  const { saleOrderId, orderCode, packageCode, partnerId, partnerCode, subject, happenedAt, settledAt } = delivery;
  return [
    [
      "Partner",
      <Link key="partner" to={`/settings/partners/${partnerId}`}>
        {partnerCode}
      </Link>,
    ],
    ["Of", <Code key="subject">{subject}</Code>],
    ...(orderCode === null
      ? []
      : ([
          [
            "Order",
            <Code key="order" href={`/orders/${saleOrderId}`}>
              {orderCode}
            </Code>,
          ],
        ] as const)),
    ...(packageCode === null
      ? []
      : ([
          [
            "Package",
            <Code key="package" href={`/shipments/${packageCode}`}>
              {packageCode}
            </Code>,
          ],
        ] as const)),
    ["Happened", formatInstant(happenedAt)],
    ...(settledAt === null ? [] : ([["Settled", formatInstant(settledAt)]] as const)),
    ["Requests", String(delivery.attempts)],
  ];
}

function Request({ delivery }: { delivery: DeliveryDetail }) {
  const { method, url, headers, body } = delivery.request;
  return (
    <Section
      title="Request"
      line={
        delivery.attempts === 0
          ? "As it will go out. The body is sent exactly so, each time; secrets are struck out here."
          : "As it went out last. The body is the same each time; secrets are struck out here."
      }
      actions={<SchemaLink event={delivery.event} title={delivery.eventTitle} />}
    >
      <p className={classes.call}>
        {method} <Code>{url}</Code>
      </p>
      <dl className={classes.headers}>
        {Object.entries(headers).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Payload body={body} label="Body of the request" />
    </Section>
  );
}
