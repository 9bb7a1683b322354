/** What the simulator shows of itself: counts, stories and the last calls, without bodies. */
import type { Fault } from "../../kit/simulator/faults.ts";
import type { Json } from "../../kit/simulator/json.ts";
import type { Way } from "./credentials.ts";
import type { EventCount, LaneStory, ReceivedEvent } from "./inbox.ts";
import type { PartnerWorld } from "./world.ts";

/** Newest stories and events in the state; `/_sim/events` has the rest. */
const SHOWN_MAX = 500;

export interface PartnerState {
  readonly now: string;
  readonly down: boolean;
  readonly downUntil: string | null;
  readonly turnedAway: number;
  readonly counts: EventCount & { readonly lanes: number; readonly outOfOrder: number; readonly forgotten: number };
  readonly byEvent: Readonly<Record<string, EventCount>>;
  readonly tokens: { readonly issued: number; readonly refused: number; readonly alive: number };
  readonly settings: {
    readonly ways: readonly Way[];
    readonly tokenSeconds: number | null;
    readonly refusedLoginStatus: number;
    readonly aheadSeconds: number;
  };
  readonly accounts: readonly { readonly username: string; readonly header: string | null }[];
  /** The newest, oldest first. */
  readonly lanes: readonly LaneStory[];
  readonly events: readonly Omit<ReceivedEvent, "body">[];
  readonly faults: readonly Fault[];
  readonly requests: Json;
}

export function stateOf(world: PartnerWorld, shownMax = SHOWN_MAX): PartnerState {
  const { credentials, downtime, inbox, faults, server } = world;
  const lanes = [...inbox.lanes.values()];
  const newest = lanes.toSorted((one, other) => one.lastSeq - other.lastSeq).slice(-shownMax);
  return {
    now: world.clock().toString(),
    down: downtime.isDown,
    downUntil: downtime.until,
    turnedAway: downtime.turnedAway,
    counts: {
      ...total([...inbox.counts.values()]),
      lanes: lanes.length,
      outOfOrder: lanes.reduce((sum, { outOfOrder }) => sum + outOfOrder.length, 0),
      forgotten: inbox.events.forgotten,
    },
    byEvent: Object.fromEntries([...inbox.counts].map(([name, count]) => [name, { ...count }])),
    tokens: { issued: credentials.issued, refused: credentials.refused, alive: credentials.tokens },
    settings: {
      ways: [...credentials.ways],
      tokenSeconds: credentials.tokenSeconds,
      refusedLoginStatus: world.refusedLoginStatus,
      aheadSeconds: world.aheadSeconds,
    },
    accounts: [...credentials.accounts.values()].map(({ username, header }) => ({
      username,
      header: header?.name ?? null,
    })),
    lanes: newest.map((story) => structuredClone(story)),
    events: (shownMax === 0 ? [] : inbox.events.entries.slice(-shownMax)).map(({ body: _, ...event }) => event),
    faults: faults.list,
    requests: server.requests(),
  };
}

function total(counts: readonly EventCount[]): EventCount {
  const sum = (of: keyof EventCount) => counts.reduce((so, count) => so + count[of], 0);
  return {
    received: sum("received"),
    taken: sum("taken"),
    doubles: sum("doubles"),
    failed: sum("failed"),
    remarks: sum("remarks"),
  };
}
