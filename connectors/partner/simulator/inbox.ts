/** What arrived: in the order it came, by what it is about, each thing once however often it is told. */
import type { Json } from "../../../contract/compile.ts";
import { type Bounded, bounded } from "../../kit/simulator/json.ts";
import type { EventOperation, Lane, PartnerEvent } from "./events.ts";
import { keyOf } from "./events.ts";
import { remarksOn } from "./remarks.ts";

/** Events kept with their bodies; counts and lanes outlive them. */
const EVENTS_KEPT = 20_000;
const LANES_MAX = 200_000;
const KEYS_MAX = 1_000_000;

export interface ReceivedEvent {
  /** Counted from 1 over all events that were read, the refused ones of the business included. */
  readonly seq: number;
  readonly at: string;
  readonly event: string;
  readonly operation: EventOperation;
  readonly lane: Lane;
  /** Values of the contract's deduplication key. */
  readonly key: string;
  /** Value of the deduplication header; null where none came. */
  readonly dedupeHeader: string | null;
  readonly seller: string;
  readonly outcome: "Success" | "Failed";
  /** The event that this one repeats. */
  readonly doubleOf: number | null;
  readonly remarks: readonly string[];
  readonly body: Json;
}

export interface LaneStory {
  readonly kind: Lane["kind"];
  readonly code: string;
  /** Names of the events that were taken, each once, in the order of their arrival. */
  events: string[];
  doubles: number;
  failed: number;
  /** Events that came after one that follows them. */
  outOfOrder: string[];
  lastSeq: number;
}

export interface EventCount {
  received: number;
  taken: number;
  doubles: number;
  failed: number;
  remarks: number;
}

/** What outlives a simulator: plain JSON. Of the events as many as it kept. */
export interface RememberedInbox {
  readonly events: readonly ReceivedEvent[];
  readonly lanes: readonly LaneStory[];
  readonly counts: Readonly<Record<string, EventCount>>;
}

export interface Arrival {
  readonly about: PartnerEvent;
  readonly body: Json;
  readonly seller: string;
  readonly dedupeHeader: string | null;
  readonly at: Temporal.Instant;
  /** Refused by the business, on demand. */
  readonly failed: boolean;
}

export class Inbox {
  readonly #ranks: ReadonlyMap<string, number | null>;
  readonly events: Bounded<ReceivedEvent>;
  readonly lanes = new Map<string, LaneStory>();
  readonly counts = new Map<string, EventCount>();
  readonly #byKey = new Map<string, number>();
  readonly #byHeader = new Map<string, { readonly seq: number; readonly key: string }>();
  #seq = 0;

  constructor(events: readonly PartnerEvent[], kept = EVENTS_KEPT) {
    this.#ranks = new Map(events.map(({ name, rank }) => [name, rank]));
    this.events = bounded<ReceivedEvent>(kept);
  }

  /** Takes an event, or recognises it by its key. */
  receive({ about, body, seller, dedupeHeader, at, failed }: Arrival): ReceivedEvent {
    const key = keyOf(about, body);
    const whole = `${about.name}\n${key}`;
    const header = dedupeHeader === null ? null : `${about.name}\n${dedupeHeader}`;
    const byHeader = header === null ? undefined : this.#byHeader.get(header);
    const doubleOf = this.#byKey.get(whole) ?? byHeader?.seq ?? null;
    const lane = about.laneOf(body);
    const story = this.#story(lane);
    this.#seq++;
    const remarks = [...remarksOn(about.id, body), ...headerRemarks(key, doubleOf, dedupeHeader, byHeader?.key)];
    if (!failed && doubleOf === null) remarks.push(...this.#enter(story, about));
    else if (failed) story.failed++;
    else story.doubles++;
    story.lastSeq = this.#seq;
    if (!failed && doubleOf === null) this.#know({ event: about.name, key, dedupeHeader, seq: this.#seq });
    const event: ReceivedEvent = {
      seq: this.#seq,
      at: at.toString({ smallestUnit: "millisecond" }),
      event: about.name,
      operation: about.id,
      lane,
      key,
      dedupeHeader,
      seller,
      outcome: failed ? "Failed" : "Success",
      doubleOf,
      remarks,
      body,
    };
    this.events.add(event);
    this.#count(event);
    return event;
  }

  remember(): RememberedInbox {
    const counts = Object.fromEntries(this.counts);
    return structuredClone({ events: this.events.entries, lanes: [...this.lanes.values()], counts });
  }

  /** Takes up what an earlier inbox knew; doubles of the events that it kept are known. */
  recall({ events, lanes, counts }: RememberedInbox): void {
    for (const story of structuredClone(lanes)) this.lanes.set(`${story.kind} ${story.code}`, story);
    for (const [name, count] of Object.entries(counts)) this.counts.set(name, { ...count });
    for (const event of events) {
      this.events.add(event);
      this.#seq = Math.max(this.#seq, event.seq);
      if (event.outcome === "Success" && event.doubleOf === null) this.#know(event);
    }
  }

  #know({ event, key, dedupeHeader, seq }: Pick<ReceivedEvent, "event" | "key" | "dedupeHeader" | "seq">): void {
    remember(this.#byKey, `${event}\n${key}`, seq);
    if (dedupeHeader !== null) remember(this.#byHeader, `${event}\n${dedupeHeader}`, { seq, key });
  }

  clear(): void {
    this.events.clear();
    this.lanes.clear();
    this.counts.clear();
    this.#byKey.clear();
    this.#byHeader.clear();
    this.#seq = 0;
  }

  #story({ kind, code }: Lane): LaneStory {
    const name = `${kind} ${code}`;
    const known = this.lanes.get(name);
    if (known) return known;
    const story: LaneStory = { kind, code, events: [], doubles: 0, failed: 0, outOfOrder: [], lastSeq: 0 };
    remember(this.lanes, name, story, LANES_MAX);
    return story;
  }

  /** Writes it into the story. @returns what is to be said about its place in it */
  #enter(story: LaneStory, { name, rank }: PartnerEvent): string[] {
    const later = rank === null ? undefined : story.events.find((before) => (this.#ranks.get(before) ?? -1) > rank);
    story.events.push(name);
    if (later === undefined) return [];
    story.outOfOrder.push(name);
    return [`came after ${later} of the same ${story.kind}`];
  }

  #count({ event, outcome, doubleOf, remarks }: ReceivedEvent): void {
    const count = this.counts.get(event) ?? { received: 0, taken: 0, doubles: 0, failed: 0, remarks: 0 };
    this.counts.set(event, count);
    count.received++;
    if (outcome === "Failed") count.failed++;
    else if (doubleOf === null) count.taken++;
    else count.doubles++;
    if (remarks.length > 0) count.remarks++;
  }
}

/** A header that names one thing twice, or one thing under two headers: what a sender must not do. */
function headerRemarks(
  key: string,
  doubleOf: number | null,
  header: string | null,
  keyBefore: string | undefined,
): string[] {
  if (header === null) return [];
  if (keyBefore !== undefined && keyBefore !== key) return ["its deduplication header named something else before"];
  return doubleOf !== null && keyBefore === undefined ? ["known already, under another deduplication header"] : [];
}

/** Keeps an entry, and lets go of the oldest past the limit. */
function remember<V>(map: Map<string, V>, key: string, value: V, max = KEYS_MAX): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > max && oldest !== undefined) map.delete(oldest);
}
