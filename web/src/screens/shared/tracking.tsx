import { useQuery } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import { Refusal, Timeline, type TimelineEntry, type Tone } from "../../ui/index.ts";

/** `GET /shipments/:code/tracking`, newest first. */
interface Tracked {
  readonly raw: string;
  /** Null: nobody knows the word. */
  readonly meaning: string | null;
  readonly label: string | null;
  /** When it happened; null: nobody said. */
  readonly at: string | null;
  readonly heardAt: string;
  readonly via: "STATUS" | "COURIER_DETAILS" | "COURIER_PUSH";
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
};
const ways: Readonly<Record<Tracked["via"], string>> = {
  STATUS: "told with the order’s status",
  COURIER_DETAILS: "told with the courier’s details",
  COURIER_PUSH: "pushed by the courier",
};

export const trackingQuery = (code: string) => ({
  queryKey: ["shipment", code, "tracking"],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    api.get<{ rows: readonly Tracked[] }>(`/api/v1/shipments/${encodeURIComponent(code)}/tracking`, {}, signal),
  refetchInterval: 15_000,
});

/** Where the parcel is, as its courier tells it: our word for each status, the courier's own beside it, when, and by which way. */
export function Tracking({ code, courier }: { code: string; courier: string | null }) {
  const { data, error } = useQuery(trackingQuery(code));
  if (error !== null && data === undefined) return <Refusal error={error} title="The tracking could not be read" />;
  if (data === undefined) return <div style={{ height: 80 }} aria-busy="true" />;
  return <Timeline entries={data.rows.map((row, i) => entryOf(row, i, courier))} />;
}

function entryOf(row: Tracked, i: number, courier: string | null): TimelineEntry {
  const own = `“${row.raw}”, ${ways[row.via]}`;
  return {
    id: `${row.heardAt} ${i}`,
    at: row.at ?? row.heardAt,
    who: { kind: "courier", name: courier ?? "Courier" },
    what: row.label ?? "A word that is not known here: it moves nothing",
    why: row.at === null ? `${own}; when it happened was not said` : own,
    tone: (row.meaning === null ? undefined : tones[row.meaning]) ?? "attention",
  };
}
