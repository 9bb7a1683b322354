import { IconRefresh } from "@tabler/icons-react";
import { useNow } from "../../lib/clock.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { announceWork } from "../../lib/work.ts";
import { ActionButton, Instant, Section, StateChip } from "../../ui/index.ts";
import { ExchangeButton } from "../shared/exchange-button.tsx";
import { channelStepStates } from "../shared/states.ts";
import classes from "./channel.module.css";
import { ended, isOpen, mayRepeat, stepName } from "./channel-step.ts";
import type { ChannelStep, ShipmentDetail } from "./shipment.ts";
import type { Steps } from "./use-steps.tsx";

/** What the channel was asked to make for the package and what came of it. Nothing was asked: nothing is shown. */
export function StepsPanel({
  shipment,
  steps,
  onChanged,
}: {
  shipment: ShipmentDetail;
  steps: Steps;
  onChanged: () => unknown;
}) {
  if (shipment.steps.length === 0) return null;
  return (
    <Section
      title="Asked of the channel"
      line={`${shipment.channelCode} makes these. What fails leaves the package where it is.`}
    >
      <ul className={classes.steps} aria-live="polite">
        {shipment.steps.map((step) => (
          <StepRow key={step.step} shipment={shipment} step={step} steps={steps} onChanged={onChanged} />
        ))}
      </ul>
    </Section>
  );
}

/** Nearer than this a distance in minutes says nothing. */
const SOON_MS = 45_000;

const permission = { INVOICE: "shipments.invoice", LABEL: "shipments.label" } as const;

function StepRow({
  shipment,
  step,
  steps,
  onChanged,
}: {
  shipment: ShipmentDetail;
  step: ChannelStep;
  steps: Steps;
  onChanged: () => unknown;
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
        <StateChip state={step.state} table={channelStepStates} />
        <span className={classes.small}>
          <Meta step={step} />
        </span>
        <span className={classes.stepActions}>
          <ExchangeButton
            id={step.exchangeId}
            title={`${stepName(step)} of ${shipment.code}: what was said`}
            onRepeated={onChanged}
          />
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
          {shipment.channelCode} says: “{step.channelSays}”
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
