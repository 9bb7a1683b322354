import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import { formatInstant } from "../../lib/format.ts";
import { ApiError } from "../../lib/problem.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  DeclaredForm,
  Instant,
  Refusal,
  reportDone,
  Section,
  Timeline,
  type TimelineEntry,
  type Tone,
} from "../../ui/index.ts";
import { CourierExchangeButton, courierPurpose } from "../shared/courier-exchange.tsx";
import tracking from "../shared/tracking.module.css";
import { WhyCourier } from "../shipments/why-courier.tsx";
import {
  askCourier,
  askedWords,
  type ReturnCourier,
  type ReturnNumber,
  type ReturnWord,
  returnCourierQuery,
} from "./courier-data.ts";
import type { ReturnDetail } from "./return-data.ts";
import classes from "./returns.module.css";

type Changed = () => Promise<unknown>;

/** Who collects a reverse pickup and why, what came of asking couriers, and where it is by their word. */
export function CourierPart({ of, onChanged }: { of: ReturnDetail; onChanged: Changed }) {
  const { data, error } = useQuery(returnCourierQuery(of.returnCaseId, of.kind));
  if (of.kind !== "CIR") return null;
  if (error !== null && data === undefined)
    return (
      <Section title="Courier">
        <Refusal error={error} title="The courier could not be read" />
      </Section>
    );
  if (data === undefined)
    return (
      <Section title="Courier">
        <div style={{ height: 80 }} aria-busy="true" />
      </Section>
    );
  const isQuiet = data.ask === null && data.numbers.length === 0 && data.words.length === 0;
  return (
    <Section
      title="Courier"
      line={isQuiet ? quietLine(of, data) : "Who collects it from the customer and brings it here."}
    >
      <Now of={of} courier={data} onChanged={onChanged} />
      <Standing of={of} courier={data} />
      {data.unsure !== null && <Unsure of={of} unsure={data.unsure} onChanged={onChanged} />}
      {data.words.length > 0 && <Timeline entries={data.words.map((word, i) => entryOf(word, i, of.awb))} />}
      <Former numbers={data.numbers} />
      <Exchanges of={of} courier={data} />
    </Section>
  );
}

function quietLine(of: ReturnDetail, { ours }: ReturnCourier): string {
  if (!ours) return `${of.channel} ships this order: its own courier collects what comes back.`;
  return of.courier === null
    ? "Nobody collects it yet. Allocate courier asks one by the shipping rules of the type REVERSE."
    : "Entered by hand, or told by the channel: its words are not followed here.";
}

/** What is being asked, or why nobody collects it. */
function Now({ of, courier: { ask }, onChanged }: { of: ReturnDetail; courier: ReturnCourier; onChanged: Changed }) {
  const may = useMay();
  if (ask === null || ask.state === "DONE" || ask.state === "DROPPED") return null;
  const again = (
    <ActionButton
      label="Ask again"
      icon={IconRefresh}
      notNow={may("returns.manage") ? null : "Your role does not include this."}
      onClick={async () => {
        const asked = await askCourier(of.returnCaseId, null);
        await onChanged();
        reportDone(askedWords(of.code, asked));
      }}
    />
  );
  if (ask.state === "FAILED" && ask.refusal !== null)
    return (
      <Refusal
        error={new ApiError(409, ask.refusal)}
        title="No courier collects it"
        action={
          <>
            {again}
            <CourierExchangeButton id={ask.exchangeId} title={`${of.code}: ${ask.provider ?? "courier"}`} />
          </>
        }
      />
    );
  return (
    <p className={tracking.line} role="status">
      <span>
        {ask.state === "ASKING"
          ? `${ask.provider ?? "A courier"} is being asked…`
          : (ask.refusal?.message ?? `${ask.wantedProvider ?? "A courier"} is about to be asked.`)}
      </span>
      {ask.nextAttemptAt !== null && ask.attempts > 0 && (
        <span className={tracking.heard}>
          asked again <Instant at={ask.nextAttemptAt} />
        </span>
      )}
      {ask.state === "WAITING" && ask.attempts > 0 && again}
    </p>
  );
}

/** The number that it travels with. */
function Standing({ of, courier }: { of: ReturnDetail; courier: ReturnCourier }) {
  const present = courier.numbers.find((number) => number.state === "GIVEN");
  // Of a return that is over, what became of its number is said below.
  if (of.state === "CANCELLED" || (of.courier === null && present === undefined)) return null;
  const name = present?.carrier ? `${present.courier} by ${present.carrier}` : (of.courier ?? present?.courier ?? "");
  const { askedAt, pushedAt, expectedAt, unknownSince } = courier;
  const url = present?.trackingUrl ?? null;
  return (
    <div className={tracking.facts}>
      <p className={tracking.line}>
        {url === null ? (
          <span>{name}</span>
        ) : (
          <a href={url} target="_blank" rel="noreferrer">
            {name}
          </a>
        )}
        {of.awb !== null && <Code>{of.awb}</Code>}
        {of.awb === null && <span>no tracking number yet</span>}
        {expectedAt !== null && of.allowed.includes("receive") && (
          <span>
            expected <Instant at={expectedAt} />
          </span>
        )}
        <span className={tracking.heard}>
          {pushedAt !== null && (
            <>
              told <Instant at={pushedAt} />{" "}
            </>
          )}
          {askedAt !== null && (
            <>
              asked <Instant at={askedAt} />
            </>
          )}
        </span>
      </p>
      {unknownSince !== null && (
        <p className={tracking.warn} role="status">
          {of.courier ?? "The courier"} says since {formatInstant(unknownSince)} that it does not know this number.
        </p>
      )}
      {present !== undefined && <WhyCourier choice={present.choice} />}
    </div>
  );
}

function Unsure({
  of,
  unsure,
  onChanged,
}: {
  of: ReturnDetail;
  unsure: NonNullable<ReturnCourier["unsure"]>;
  onChanged: Changed;
}) {
  const may = useMay();
  const settle = async (awb: string | null) => {
    await api.post(`/api/v1/returns/${of.returnCaseId}/courier-number`, { awb });
    await onChanged();
    reportDone(awb === null ? `${unsure.courier} gave no number; one is asked for anew.` : `${of.code} has ${awb}.`);
  };
  if (!may("returns.manage")) return null;
  return (
    <div className={classes.unsure}>
      <p className={tracking.warn} role="status">
        {unsure.courier}’s answer was lost: it may have given a number for {unsure.code}. Its panel shows which.
      </p>
      <DeclaredForm
        fields={[
          {
            ...{ name: "awb", label: "Tracking number there", type: "text", required: true, lengthMax: 48 },
            help: `As ${unsure.courier}’s panel shows it for ${unsure.code}.`,
          },
        ]}
        submitLabel="Keep number"
        onSubmit={({ awb }) => settle(String(awb))}
      />
      <ActionButton label="There is none" onClick={() => settle(null)} />
    </div>
  );
}

const tones: Readonly<Record<string, Tone>> = {
  RETURN_AWAITS_PICKUP: "waiting",
  RETURN_PICKED_UP: "working",
  RETURN_ON_ITS_WAY: "working",
  RETURN_AT_SELLER: "attention", // people receive it
  LOST: "failed",
  DAMAGED: "failed",
  NUMBER_GIVEN_BACK: "waiting",
};

const effects: Readonly<Record<ReturnWord["outcome"], string | null>> = {
  MOVED: "It is picked up: it cannot be cancelled any more.",
  NOTHING: null,
  DOUBT: "Nothing was changed; it stands under Exceptions.",
  UNKNOWN: "Nobody knows this word here. Nothing was changed; it stands under Exceptions.",
};

/** @param present the number that it travels with: what was said of a former one says so */
function entryOf(word: ReturnWord, i: number, present: string | null): TimelineEntry {
  const effect = effects[word.outcome];
  return {
    id: `${word.heardAt} ${i}`,
    at: word.at ?? word.heardAt,
    who: { kind: "courier", name: word.via === "COURIER_PUSH" ? "Courier pushed it" : "Courier was asked" },
    what: (
      <>
        {word.label ?? "A status that is not known here"}
        {word.place !== null && <span className={tracking.place}> · {word.place}</span>}
      </>
    ),
    why: (
      <>
        <q className={tracking.raw}>{word.raw}</q>
        {word.remark !== null && `, ${word.remark}`}
        {word.awb !== present && (
          <>
            {" "}
            of <Code>{word.awb}</Code>
          </>
        )}
        {effect !== null && (
          <span className={tracking.effect} data-effect={word.outcome}>
            {effect}
          </span>
        )}
      </>
    ),
    tone: (word.meaning === null ? undefined : tones[word.meaning]) ?? "attention",
  };
}

const endings: Readonly<Partial<Record<ReturnNumber["state"], string>>> = {
  GIVING_BACK: "is being given back",
  GIVEN_BACK: "was given back",
  LAPSED: "lapses: the courier has no call for giving it back",
  REFUSED: "did not take it",
};

/** Couriers that were asked before, and numbers that are not used any more. */
function Former({ numbers }: { numbers: readonly ReturnNumber[] }) {
  const former = numbers.filter((number) => endings[number.state] !== undefined);
  if (former.length === 0) return null;
  return (
    <ul className={classes.former}>
      {former.map((number) => (
        <li key={`${number.askedAt} ${number.courier} ${number.awb}`}>
          {number.courier} {number.awb !== null && <Code>{number.awb}</Code>} {endings[number.state]}
          {number.state === "REFUSED" && number.words !== null && `: ${number.words}`}
          {number.telling === "FAILED" && (
            <span className={tracking.failed}>
              {" "}
              · the courier keeps it{number.tellingWords === null ? "" : `: ${number.tellingWords}`}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Exchanges({ of, courier: { exchanges } }: { of: ReturnDetail; courier: ReturnCourier }) {
  if (exchanges.length === 0) return null;
  return (
    <details className={classes.said}>
      <summary>Said to couriers and answered by them ({exchanges.length})</summary>
      <ul className={classes.exchanges}>
        {exchanges.map((each) => (
          <li key={each.exchangeId}>
            <span>
              {each.courier}, {courierPurpose(each.operation)}: {each.message ?? each.outcome} <Instant at={each.at} />
            </span>
            <CourierExchangeButton id={each.exchangeId} title={`${of.code}: ${courierPurpose(each.operation)}`} />
          </li>
        ))}
      </ul>
    </details>
  );
}
