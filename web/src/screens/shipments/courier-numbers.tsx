import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, type ListPage } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { Code, Instant, Section, StateChip } from "../../ui/index.ts";
import { CourierExchangeButton } from "../shared/courier-exchange.tsx";
import {
  type CourierNumber,
  type CourierTelling,
  courierNumberStates,
  courierTellingStates,
  tellingWords,
} from "../shared/courier-numbers.ts";
import { TellingActions } from "../shared/telling-actions.tsx";
import { SettleNumber } from "../shipping-providers/settle-number.tsx";
import classes from "./channel.module.css";
import type { ShipmentDetail } from "./shipment.ts";

/** Numbers that couriers were asked for by their API, what became of each, and what they are told of them. None: nothing is shown. */
export function CourierNumbers({ shipment, onChanged }: { shipment: ShipmentDetail; onChanged: () => unknown }) {
  const may = useMay();
  const { shippingPackageId } = shipment;
  const numbers = useQuery({
    queryKey: ["courier-numbers", shippingPackageId, "numbers"],
    queryFn: ({ signal }) =>
      api.get<ListPage<CourierNumber>>("/api/v1/courier-numbers", { shippingPackageId, limit: 50 }, signal),
    enabled: may("shipping.view") && !shipment.thirdPartyShipping,
    refetchInterval: 5_000,
  }).data?.rows;
  const tellings =
    useQuery({
      queryKey: ["courier-numbers", shippingPackageId, "tellings"],
      queryFn: ({ signal }) =>
        api.get<ListPage<CourierTelling>>("/api/v1/courier-tellings", { shippingPackageId, limit: 50 }, signal),
      enabled: numbers !== undefined && numbers.length > 0,
      refetchInterval: 5_000,
    }).data?.rows ?? [];
  if (numbers === undefined || numbers.length === 0) return null;
  return (
    <Section
      title="Numbers of couriers"
      line="Each courier that was asked by its API, and what it knows of its number. A number that is not used is given back by itself."
    >
      <ul className={classes.steps} aria-live="polite">
        {numbers.map((number) => (
          <NumberRow
            key={number.waybillId}
            number={number}
            tellings={tellings.filter(({ awb, providerId }) => awb === number.awb && providerId === number.providerId)}
            onChanged={onChanged}
          />
        ))}
      </ul>
    </Section>
  );
}

function NumberRow({
  number,
  tellings,
  onChanged,
}: {
  number: CourierNumber;
  tellings: readonly CourierTelling[];
  onChanged: () => unknown;
}) {
  const { provider, providerId, state, awb, carrier, words, exchangeId, askedBy, askedAt } = number;
  return (
    <li className={classes.step} data-state={state === "REFUSED" ? "FAILED" : state}>
      <div className={classes.stepHead}>
        <strong className={classes.stepName}>
          <Link to={`/settings/shipping-providers/${providerId}`}>{provider}</Link>
        </strong>
        <StateChip state={state} table={courierNumberStates} />
        {awb !== null && <Code>{awb}</Code>}
        <span className={classes.small}>
          {carrier !== null && `carried by ${carrier} · `}asked by {askedBy} <Instant at={askedAt} />
        </span>
        <span className={classes.stepActions}>
          <CourierExchangeButton id={exchangeId} title={`Number of ${number.shipment}: what was said`} />
        </span>
      </div>
      {words !== null && (state === "REFUSED" || state === "UNSURE") && <p className={classes.words}>{words}</p>}
      {state === "UNSURE" && <SettleNumber number={number} onChanged={onChanged} />}
      {tellings.map((telling) => (
        <Telling key={telling.tellingId} telling={telling} onChanged={onChanged} />
      ))}
    </li>
  );
}

/** What the courier is told of the number: that it is not used, or another weight and size. */
function Telling({ telling, onChanged }: { telling: CourierTelling; onChanged: () => unknown }) {
  const { kind, state, attempts, nextAttemptAt, message, courierSays, whatToDo, reason, exchangeId } = telling;
  const open = state === "FAILED" || state === "WAITING";
  return (
    <div className={classes.telling} data-state={state}>
      <div className={classes.stepHead}>
        <span className={classes.small}>{tellingWords[kind]}</span>
        <StateChip state={state} table={courierTellingStates} />
        <span className={classes.small}>
          {reason !== null && `${reason} · `}
          <Instant at={telling.settledAt ?? telling.wantedAt} />
          {open && attempts > 0 && ` · ${plural(attempts, "try", "tries")}`}
          {open && nextAttemptAt !== null && (
            <>
              {" · next "}
              <Instant at={nextAttemptAt} />
            </>
          )}
        </span>
        <span className={classes.stepActions}>
          <CourierExchangeButton id={exchangeId} title={`${tellingWords[kind]} of ${telling.awb}: what was said`} />
          <TellingActions telling={telling} onChanged={onChanged} />
        </span>
      </div>
      {open && message !== null && <p className={classes.words}>{message}</p>}
      {open && courierSays !== null && !message?.includes(courierSays) && (
        <p className={classes.quote}>
          {telling.provider} says: “{courierSays}”
        </p>
      )}
      {open && whatToDo !== null && <p className={classes.remedy}>{whatToDo}</p>}
    </div>
  );
}
