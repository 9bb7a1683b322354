import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatCount, plural } from "../../lib/format.ts";
import { AsOf, Instant, Refusal, StateChip, type StateTable } from "../../ui/index.ts";
import { ExchangeById } from "../channels/exchange-detail.tsx";
import { type Figure, type FigureComponent, figureQuery } from "./data.ts";
import classes from "./figure.module.css";

/** What the channel said to the last figure. */
export const publishOutcomes: StateTable = {
  ACCEPTED: { word: "Accepted", tone: "done" },
  REFUSED: { word: "Refused", tone: "failed" },
  UNKNOWN: { word: "Not known", tone: "attention" },
};

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
          {data.figure === null ? "Without a SKU nothing is told." : `is what ${data.channelCode} may sell now`}{" "}
          <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
        </span>
      </div>
      {data.components.length > 0 && <Formula figure={data} />}
      {data.stopped !== null && <p className={classes.stop}>0 is told, since {data.stopped}.</p>}
    </section>
  );
}

type Part = readonly [sign: string, label: string, of: (component: FigureComponent) => number, always?: boolean];

/** The formula as one would do it on paper; a bundle has a column for each of its parts. */
function Formula({ figure }: { figure: Figure }) {
  const { components, buffer, cap, facilities } = figure;
  const bundle = components.length > 1 || components.some((c) => c.perListing > 1);
  const parts: readonly Part[] = [
    ["", `Good stock at ${facilities.join(", ") || "no facility"}`, (c) => c.good, true],
    ["+", "Virtual", (c) => c.virtual],
    ["−", "Promised to orders (blocked)", (c) => c.blocked, true],
    ["−", "Sold, not blocked yet", (c) => c.openSale, true],
    ["−", "Reserved for other channels", (c) => c.reservedForOthers],
  ];
  const shown = parts.filter(([, , of, always]) => always === true || components.some((c) => of(c) > 0));
  const whole = Math.min(...components.map((c) => Math.floor(c.free / c.perListing)));
  return (
    <table className={classes.formula}>
      {bundle && (
        <thead>
          <tr>
            <td />
            {components.map((c) => (
              <th key={c.sku} scope="col">
                {c.sku}
              </th>
            ))}
          </tr>
        </thead>
      )}
      <tbody>
        {shown.map(([sign, label, of]) => (
          <tr key={label}>
            <th scope="row">
              <span className={classes.sign}>{sign}</span>
              {label}
            </th>
            {components.map((c) => (
              <td key={c.sku} data-zero={of(c) === 0 || undefined}>
                {formatCount(of(c))}
              </td>
            ))}
          </tr>
        ))}
        <Row sign="=" label="Free" sum values={components.map((c) => c.free)} />
        {bundle && <Row sign="÷" label="In one bundle" values={components.map((c) => c.perListing)} />}
        {bundle && <Row sign="=" label="Bundles, by the scarcest part" sum values={[whole]} span={components.length} />}
        <Row sign="−" label="Buffer of this listing" values={[buffer]} span={components.length} />
        {cap !== null && <Row sign="≤" label="Cap: never more than" values={[cap]} span={components.length} />}
        {whole - buffer < 0 && <Row sign="≥" label="Never below" values={[0]} span={components.length} />}
        <Row sign="=" label="Told" sum values={[figure.figure ?? 0]} span={components.length} />
      </tbody>
    </table>
  );
}

function Row({
  sign,
  label,
  values,
  sum = false,
  span = 1,
}: {
  sign: string;
  label: string;
  values: readonly number[];
  sum?: boolean;
  span?: number;
}) {
  return (
    <tr data-sum={sum || undefined}>
      <th scope="row">
        <span className={classes.sign}>{sign}</span>
        {label}
      </th>
      {values.map((value, i) => (
        <td
          // biome-ignore lint/suspicious/noArrayIndexKey: columns of a formula have no other name and never move
          key={i}
          data-zero={(value === 0 && !sum) || undefined}
          {...(values.length === 1 && span > 1 ? { colSpan: span } : {})}
        >
          {formatCount(value)}
        </td>
      ))}
    </tr>
  );
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
