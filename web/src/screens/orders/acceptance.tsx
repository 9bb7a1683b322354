import { useQuery } from "@tanstack/react-query";
import { plural } from "../../lib/format.ts";
import { Instant } from "../../ui/index.ts";
import { timelineQuery } from "./queries.ts";
import type { TimelineRow } from "./types.ts";

/** What became of telling the channel that the seller takes the order. */
export interface AcceptanceState {
  readonly state: "TELLING" | "UNCLEAR" | "TAKEN" | "REFUSED";
  readonly at: string;
  /** Tries so far, and what came of the last one. */
  readonly attempts: number;
  readonly message: string | null;
}

const isAcceptance = (row: TimelineRow): boolean =>
  row.kind === "ACCEPTANCE_TAKEN" ||
  row.kind === "ACCEPTANCE_REFUSED" ||
  (row.kind === "NOTICE" && row.facts.kind === "ACKNOWLEDGE");

/** Reads it from the timeline, newest first: null where the channel waits for no acceptance. */
export function acceptanceOf(rows: readonly TimelineRow[]): AcceptanceState | null {
  const last = rows.find(isAcceptance);
  if (last === undefined) return null;
  const { attempts, message } = last.facts;
  const words = typeof message === "string" ? message : null;
  if (last.kind === "NOTICE") {
    const state = last.outcome === "PENDING" ? "TELLING" : last.outcome === "REFUSED" ? "REFUSED" : "UNCLEAR";
    return { state, at: last.at, attempts: typeof attempts === "number" ? attempts : 0, message: words };
  }
  const state = last.kind === "ACCEPTANCE_TAKEN" ? "TAKEN" : "REFUSED";
  return { state, at: last.at, attempts: 0, message: words };
}

export function useAcceptance(orderId: string): AcceptanceState | null {
  const { data } = useQuery(timelineQuery(orderId));
  return data === undefined ? null : acceptanceOf(data);
}

/** "Accepted here; the channel is being told, 2 attempts so far." */
export function AcceptanceWords({ acceptance }: { acceptance: AcceptanceState }) {
  const { state, at, attempts, message } = acceptance;
  const why = message === null ? "" : `: ${message}`;
  switch (state) {
    case "TAKEN":
      return (
        <>
          Accepted; the channel took it <Instant at={at} />
        </>
      );
    case "TELLING":
      return (
        <>
          Accepted here; the channel is being told
          {attempts > 0 && `, ${plural(attempts, "attempt")} so far${why}. It is repeated by itself`}
        </>
      );
    case "UNCLEAR":
      return <>Accepted here; whether the channel heard it is not clear{why}. Repeat it in the timeline.</>;
    case "REFUSED":
      return <>Accepted here; the channel refused it{why}. A person decides under Exceptions.</>;
  }
}
