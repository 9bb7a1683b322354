import { Collapse } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { Code, Refusal, Section, StateChip } from "../../ui/index.ts";
import { packageStates } from "../shared/states.ts";
import { isTracked, type TrackedParcel, TrackingFacts, TrackingWords } from "../shared/tracking.tsx";
import classes from "./order-tracking.module.css";

const query = (id: string) =>
  queryOptions({
    queryKey: ["order", id, "tracking"],
    queryFn: ({ signal }) =>
      api.get<{ parcels: readonly TrackedParcel[] }>(`/api/v1/orders/${id}/tracking`, {}, signal),
    refetchInterval: 15_000,
  });

/** Where each parcel of an order is, as its courier tells it. Nothing to tell of: nothing is shown. */
export function OrderTracking({ id }: { id: string }) {
  const may = useMay();
  const { data, error } = useQuery({ ...query(id), enabled: may("shipments.view") });
  if (error !== null && data === undefined)
    return (
      <Section title="Tracking">
        <Refusal error={error} title="The tracking could not be read" />
      </Section>
    );
  const parcels = data?.parcels.filter(isTracked) ?? [];
  if (parcels.length === 0) return null;
  return (
    <Section title="Tracking" line="As couriers tell it: pushed by them, asked for, or passed on by the channel.">
      {parcels.map((parcel) => (
        <ParcelTracking key={parcel.code} parcel={parcel} alone={parcels.length === 1} />
      ))}
    </Section>
  );
}

/** Of several parcels each shows its latest word, and the rest on demand. */
const SHOWN_AT_FIRST = 3;

function ParcelTracking({ parcel, alone }: { parcel: TrackedParcel; alone: boolean }) {
  const [open, setOpen] = useState(false);
  const first = alone ? SHOWN_AT_FIRST : 1;
  const more = parcel.rows.length - first;
  return (
    <div className={classes.parcel}>
      <div className={classes.head}>
        <Code href={`/shipments/${parcel.code}`}>{parcel.code}</Code>
        <StateChip state={parcel.state} table={packageStates} />
      </div>
      <TrackingFacts parcel={parcel} />
      {open ? null : <TrackingWords parcel={parcel} max={first} />}
      <Collapse expanded={open} keepMounted={false} transitionDuration={120}>
        {open && <TrackingWords parcel={parcel} />}
      </Collapse>
      {more > 0 && (
        <button type="button" className={classes.more} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Only the latest" : `${plural(more, "earlier word")}`}{" "}
          <IconChevronDown size={14} data-open={open || undefined} aria-hidden />
        </button>
      )}
    </div>
  );
}
