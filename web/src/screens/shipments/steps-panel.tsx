import { IconRefresh, IconTruck } from "@tabler/icons-react";
import { useNow } from "../../lib/clock.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { announceWork } from "../../lib/work.ts";
import { ActionButton, Instant, Section, StateChip } from "../../ui/index.ts";
import { lookOf } from "../../ui/state-chip.tsx";
import { useProviderChoices } from "../shared/choices.ts";
import { CourierExchangeButton } from "../shared/courier-exchange.tsx";
import { ExchangeButton } from "../shared/exchange-button.tsx";
import { channelStepStates } from "../shared/states.ts";
import { whyNot } from "./actions.tsx";
import classes from "./channel.module.css";
import { ended, isOpen, mayRepeat, stepName } from "./channel-step.ts";
import type { ChannelStep, ShipmentDetail } from "./shipment.ts";
import type { Steps } from "./use-steps.tsx";

/** What the channel or the courier was asked to make for the package and what came of it. Nothing was asked: nothing is shown. */
export function StepsPanel({
  shipment,
  steps,
  onChanged,
  onChooseCourier,
}: {
  shipment: ShipmentDetail;
  steps: Steps;
  onChanged: () => unknown;
  onChooseCourier: () => void;
}) {
  const providers = useProviderChoices();
  const ofCourier = shipment.steps.filter(({ providerId }) => providerId !== null);
  const ofChannel = shipment.steps.filter(({ providerId }) => providerId === null);
  const nameOf = (step: ChannelStep) =>
    providers.find(({ providerId }) => providerId === step.providerId)?.name ?? shipment.courier ?? "The courier";
  const row = (step: ChannelStep, who: string) => (
    <StepRow
      key={step.step}
      {...{ shipment, step, steps, who, onChanged }}
      {...(step.providerId === null ? {} : { onChooseCourier })}
    />
  );
  return (
    <>
      {ofChannel.length > 0 && (
        <Section
          title="Asked of the channel"
          line={`${shipment.channelCode} makes these. What fails leaves the package where it is.`}
        >
          <ul className={classes.steps} aria-live="polite">
            {ofChannel.map((step) => row(step, shipment.channelCode))}
          </ul>
        </Section>
      )}
      {ofCourier.length > 0 && (
        <Section
          title="Asked of the courier"
          line="It gives the tracking number and, where it makes one, the label. What fails leaves the package where it is."
        >
          <ul className={classes.steps} aria-live="polite">
            {ofCourier.map((step) => row(step, nameOf(step)))}
          </ul>
        </Section>
      )}
    </>
  );
}

/** Nearer than this a distance in minutes says nothing. */
const SOON_MS = 45_000;

const permission = { INVOICE: "shipments.invoice", LABEL: "shipments.label" } as const;

function StepRow({
  shipment,
  step,
  steps,
  who,
  onChanged,
  onChooseCourier,
}: {
  shipment: ShipmentDetail;
  step: ChannelStep;
  steps: Steps;
  /** Who is asked. */
  who: string;
  onChanged: () => unknown;
  /** Of a courier's step: another courier may be chosen. */
  onChooseCourier?: () => void;
}) {
  const may = useMay();
  const open = isOpen(step);
  const why = mayRepeat(shipment);
  const repeat = async () => {
    const started = await steps.repeat([shipment]);
    if (started?.workId !== undefined) announceWork(started.workId);
  };
  return (
    <li className={classes.step} data-state={step.state}>
      <div className={classes.stepHead}>
        <strong className={classes.stepName}>{stepName(step)}</strong>
        <StateChip
          state={step.state}
          table={
            onChooseCourier === undefined || step.state !== "WAITING"
              ? channelStepStates
              : { WAITING: { ...lookOf("WAITING", channelStepStates), word: "Waits for the courier" } }
          }
        />
        {onChooseCourier !== undefined && <span>{who}</span>}
        <span className={classes.small}>
          <Meta step={step} />
        </span>
        <span className={classes.stepActions}>
          {step.providerId === null ? (
            <ExchangeButton
              id={step.exchangeId}
              title={`${stepName(step)} of ${shipment.code}: what was said`}
              onRepeated={onChanged}
            />
          ) : (
            <CourierExchangeButton
              id={step.exchangeId}
              title={`${stepName(step)} of ${shipment.code}: what was said`}
            />
          )}
          {open && onChooseCourier !== undefined && (
            <ActionButton
              label="Another courier"
              icon={IconTruck}
              notNow={whyNot(shipment, "changeCourier", may("shipments.manage"))}
              onClick={onChooseCourier}
            />
          )}
          {open && (
            <ActionButton
              label="Repeat"
              icon={IconRefresh}
              notNow={
                why === true ? (may(permission[step.step]) ? null : "Your role does not include this.") : sentence(why)
              }
              onClick={repeat}
            />
          )}
        </span>
      </div>
      {open && step.message !== null && <p className={classes.words}>{ended(step.message)}</p>}
      {open && step.channelSays !== null && !step.message?.includes(step.channelSays) && (
        <p className={classes.quote}>
          {who} says: “{step.channelSays}”
        </p>
      )}
      {open && step.whatToDo !== null && <p className={classes.remedy}>{step.whatToDo}</p>}
    </li>
  );
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

function Meta({ step }: { step: ChannelStep }) {
  return (
    <>
      asked by {step.requestedBy} <Instant at={step.requestedAt} />
      {step.attempts > 0 && ` · ${plural(step.attempts, "attempt")}`}
      {isOpen(step) && step.nextAttemptAt !== null && (
        <>
          {" · next "}
          <Next at={step.nextAttemptAt} />
        </>
      )}
      {step.state === "FAILED" && " · not asked again by itself"}
    </>
  );
}

/** When it is asked again. A time that has come is not past: the worker takes it as soon as it is free. */
function Next({ at }: { at: string }) {
  const now = useNow();
  return Date.parse(at) - now < SOON_MS ? <>any moment</> : <Instant at={at} />;
}
