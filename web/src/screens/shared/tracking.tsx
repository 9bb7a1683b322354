import { IconRefresh } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import { formatInstant, formatSpan, plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  Instant,
  Refusal,
  reportDone,
  StateChip,
  Timeline,
  type TimelineEntry,
  type Tone,
} from "../../ui/index.ts";
import { ndrStates } from "./states.ts";
import classes from "./tracking.module.css";

/** One word of a courier about a parcel. */
interface Tracked {
  readonly raw: string;
  /** Null: nobody knows the word. */
  readonly meaning: string | null;
  readonly label: string | null;
  /** When it happened; null: nobody said. */
  readonly at: string | null;
  readonly heardAt: string;
  readonly via: "STATUS" | "COURIER_DETAILS" | "COURIER_PUSH";
  readonly place: string | null;
  readonly remark: string | null;
  readonly ndrCode: string | null;
  readonly ndrReason: string | null;
  readonly attempts: number | null;
  readonly nextAttemptAt: string | null;
  /** What it did to the package; null: it was heard before that was kept. */
  readonly effect: "MOVED" | "KNOWN" | "NOTHING" | "LATE" | "DOUBT" | "UNKNOWN" | "WAITS" | null;
  readonly effectText: string | null;
}

/** `GET /shipments/:code/tracking`, and each parcel of `GET /orders/:id/tracking`; words newest first. */
export interface TrackedParcel {
  readonly code: string;
  readonly state: string;
  readonly thirdPartyShipping: boolean;
  readonly channelCode: string;
  readonly courier: string | null;
  readonly awb: string | null;
  readonly trackingUrl: string | null;
  readonly rtoAwb: string | null;
  readonly askedAt: string | null;
  readonly pushedAt: string | null;
  readonly unknownSince: string | null;
  readonly expectedAt: string | null;
  readonly canAsk: boolean;
  readonly ndr: {
    readonly state: string;
    readonly attempts: number;
    readonly flagged: boolean;
    readonly code: string | null;
    readonly reason: string | null;
    readonly lastFailedAt: string;
    readonly nextAttemptAt: string | null;
  } | null;
  readonly rows: readonly Tracked[];
}

const tones: Readonly<Record<string, Tone>> = {
  AWAITING_PICKUP: "waiting",
  PICKED_UP: "working",
  IN_TRANSIT: "working",
  OUT_FOR_DELIVERY: "working",
  DELIVERY_FAILED: "attention",
  DELIVERED: "done",
  RTO_STARTED: "attention",
  RTO_DELIVERED: "attention",
  LOST: "failed",
  DAMAGED: "failed",
  NUMBER_GIVEN_BACK: "waiting",
  CUSTOMER_RETURN: "waiting",
};

export const trackingQuery = (code: string) => ({
  queryKey: ["shipment", code, "tracking"],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    api.get<TrackedParcel>(`/api/v1/shipments/${encodeURIComponent(code)}/tracking`, {}, signal),
  refetchInterval: 15_000,
});

/** Is there anything to show of a parcel's way? */
export const isTracked = (parcel: TrackedParcel): boolean =>
  parcel.rows.length > 0 || parcel.canAsk || parcel.unknownSince !== null;

/** Where a package is, as its courier tells it. */
export function Tracking({ code }: { code: string }) {
  const { data, error } = useQuery(trackingQuery(code));
  if (error !== null && data === undefined) return <Refusal error={error} title="The tracking could not be read" />;
  if (data === undefined) return <div style={{ height: 80 }} aria-busy="true" />;
  return (
    <>
      <TrackingFacts parcel={data} />
      <TrackingWords parcel={data} />
    </>
  );
}

/** What is known of a parcel's way besides its words: who carries it, when it was asked, what failed; and asking now. */
export function TrackingFacts({ parcel }: { parcel: TrackedParcel }) {
  const { ndr, courier, awb, trackingUrl, rtoAwb, expectedAt, unknownSince } = parcel;
  const isOut = parcel.state === "DISPATCHED" || parcel.state === "SHIPPED";
  return (
    <div className={classes.facts}>
      <p className={classes.line}>
        {trackingUrl !== null && courier !== null ? (
          <a href={trackingUrl} target="_blank" rel="noreferrer">
            {courier}
          </a>
        ) : (
          <span>{courier ?? "No courier yet"}</span>
        )}
        {awb !== null && <Code>{awb}</Code>}
        {rtoAwb !== null && (
          <span>
            back as <Code>{rtoAwb}</Code>
          </span>
        )}
        {expectedAt !== null && isOut && (
          <span>
            expected <Instant at={expectedAt} />
          </span>
        )}
        <span className={classes.heard}>
          <Heard parcel={parcel} />
        </span>
        {parcel.canAsk && <TrackNow code={parcel.code} />}
      </p>
      {unknownSince !== null && (
        <p className={classes.warn} role="status">
          {courier ?? "The courier"} says since {formatInstant(unknownSince)} that it does not know this number. Check
          that it is the one on the label.
        </p>
      )}
      {ndr !== null && (
        <p className={classes.ndr} data-flagged={(ndr.flagged && isOut) || undefined}>
          <StateChip state={ndr.state} table={ndrStates} />
          <span>
            {plural(ndr.attempts, "attempt")}
            {ndr.reason !== null && `: ${ndr.reason}`}
            {ndr.code !== null && ` (${ndr.code})`}
          </span>
          {ndr.nextAttemptAt !== null && ndr.state === "OPEN" && (
            <span>
              next try <Instant at={ndr.nextAttemptAt} />
            </span>
          )}
        </p>
      )}
    </div>
  );
}

function Heard({ parcel: { askedAt, pushedAt, thirdPartyShipping, channelCode } }: { parcel: TrackedParcel }) {
  if (thirdPartyShipping) return <>as {channelCode} tells it</>;
  if (askedAt === null && pushedAt === null) return null;
  return (
    <>
      {pushedAt !== null && (
        <>
          told <Instant at={pushedAt} />
        </>
      )}
      {pushedAt !== null && askedAt !== null && ", "}
      {askedAt !== null && (
        <>
          asked <Instant at={askedAt} />
        </>
      )}
    </>
  );
}

function TrackNow({ code }: { code: string }) {
  const client = useQueryClient();
  const may = useMay();
  return (
    <ActionButton
      label="Track now"
      icon={IconRefresh}
      notNow={may("shipments.view") ? null : "Your roles do not include shipments."}
      onClick={async () => {
        const told = await api.post<{ news: boolean; known: boolean }>(
          `/api/v1/shipments/${encodeURIComponent(code)}/track-now`,
          {},
        );
        await Promise.all([
          client.invalidateQueries({ queryKey: ["shipment", code] }),
          client.invalidateQueries({ queryKey: ["order"] }),
          client.invalidateQueries({ queryKey: ["list"] }),
        ]);
        reportDone(
          told.news ? "Asked: there is news." : told.known ? "Asked: nothing new." : "Asked: the number is not known.",
        );
      }}
    />
  );
}

/** The words of a parcel's courier, newest first: ours for each, its own beside it, where, why, who told, and what it did here. */
export function TrackingWords({ parcel, max }: { parcel: TrackedParcel; max?: number }) {
  if (parcel.rows.length === 0)
    return (
      <p className={classes.none}>
        Nothing was told of it yet. Words come by themselves, when its courier pushes them or is asked.
      </p>
    );
  return <Timeline entries={parcel.rows.slice(0, max).map((row, i) => entryOf(row, i, parcel))} />;
}

function entryOf(row: Tracked, i: number, parcel: TrackedParcel): TimelineEntry {
  const courier = parcel.courier ?? "Courier";
  const who =
    row.via === "STATUS"
      ? ({ kind: "channel", name: `${parcel.channelCode} told it` } as const)
      : ({ kind: "courier", name: `${courier} ${row.via === "COURIER_PUSH" ? "pushed it" : "was asked"}` } as const);
  return {
    id: `${row.heardAt} ${i}`,
    at: row.at ?? row.heardAt,
    who,
    what: (
      <>
        {row.label ?? "A status that is not known here"}
        {row.place !== null && <span className={classes.place}> · {row.place}</span>}
      </>
    ),
    why: <Why row={row} />,
    tone: (row.meaning === null ? undefined : tones[row.meaning]) ?? "attention",
  };
}

/** A word that came within this time was heard when it happened, for people. */
const PROMPT_MS = 10 * 60_000;

function Why({ row }: { row: Tracked }) {
  const lateMs = row.at === null ? 0 : Date.parse(row.heardAt) - Date.parse(row.at);
  const failed = [
    row.ndrReason,
    row.ndrCode,
    row.attempts === null || row.attempts === 0 ? null : `attempt ${row.attempts}`,
  ].filter((part) => part !== null);
  return (
    <>
      <q className={classes.raw}>{row.raw}</q>
      {row.remark !== null && row.remark !== row.ndrReason && `, ${row.remark}`}
      {failed.length > 0 && <span className={classes.failed}> · {failed.join(", ")}</span>}
      {row.nextAttemptAt !== null && <span> · next try {formatInstant(row.nextAttemptAt)}</span>}
      {row.at === null && <span> · when it happened was not said</span>}
      {lateMs > PROMPT_MS && (
        <span data-tip={`Heard ${formatInstant(row.heardAt)}`}> · heard {formatSpan(lateMs)} later</span>
      )}
      {row.effectText !== null && row.effect !== "KNOWN" && row.effect !== "NOTHING" && (
        <span className={classes.effect} data-effect={row.effect}>
          {row.effectText}
        </span>
      )}
    </>
  );
}
