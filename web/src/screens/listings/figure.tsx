import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatCount, plural } from "../../lib/format.ts";
import { AsOf, Instant, Refusal, StateChip } from "../../ui/index.ts";
import { ExchangeById } from "../channels/exchange-detail.tsx";
import { type Figure, figureQuery } from "./data.ts";
import classes from "./figure.module.css";
import { Formula } from "./formula.tsx";
import { publishOutcomes } from "./outcomes.ts";
import { Warehouses } from "./warehouses.tsx";

/** Why this number: the parts of the formula as they are now, and what the channel was told last. */
export function WhyThisNumber({ listingId }: { listingId: string }) {
  const { data, error, dataUpdatedAt, refetch } = useQuery(figureQuery(listingId));
  if (data === undefined)
    return error === null ? <p>Adding up …</p> : <Refusal error={error} title="The figure could not be read" />;
  return (
    <section aria-label="Why this number">
      <div className={classes.answer}>
        <strong>{data.figure === null ? "–" : formatCount(data.figure)}</strong>
        <span>
          {data.figure === null ? nothingTold(data) : `is what ${data.channelCode} may sell now`}{" "}
          <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
        </span>
      </div>
      {data.components.length > 0 && (
        <Formula
          {...{ components: data.components, buffer: data.buffer, cap: data.cap, told: data.figure ?? 0 }}
          place={data.facilities.join(", ") || "no facility"}
        />
      )}
      {data.warehouses.length > 0 && <Warehouses figure={data} />}
      {data.stopped !== null && <p className={classes.stop}>0 is told, since {data.stopped}.</p>}
    </section>
  );
}

function nothingTold({ stockAtChannel, channelCode }: Figure): string {
  return stockAtChannel
    ? `Stock at the marketplace: ${channelCode} keeps and counts it in a warehouse of its own, and is told nothing.`
    : "Without a SKU nothing is told.";
}

/** The last figure that left, when, and the channel's answer. */
export function LastTold({ listingId }: { listingId: string }) {
  const { data } = useQuery(figureQuery(listingId));
  const [open, setOpen] = useState(false);
  if (data === undefined) return null;
  return (
    <div className={classes.told}>
      {data.publishedAt === null ? (
        "Nothing was told of this listing yet."
      ) : (
        <>
          {data.published === null ? "A figure" : <strong>{plural(data.published, "unit")}</strong>} told{" "}
          <Instant at={data.publishedAt} />{" "}
          {data.publishOutcome !== null && <StateChip state={data.publishOutcome} table={publishOutcomes} />}
        </>
      )}
      {data.publishMessage !== null && <p>“{data.publishMessage}”</p>}
      {data.waitingSince !== null && (
        <p>
          A newer figure waits since <Instant at={data.waitingSince} />
          {data.channelState === "CONNECTED" ? "." : `: ${data.channelCode} is not connected.`}
        </p>
      )}
      {data.exchangeId !== null && (
        <>
          <button type="button" className={classes.more} aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Hide request and answer" : "Request and answer"}
          </button>
          {open && <ExchangeById key={data.exchangeId} exchangeId={data.exchangeId} />}
        </>
      )}
    </div>
  );
}
