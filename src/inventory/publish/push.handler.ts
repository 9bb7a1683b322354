import { type ChannelAnswer, type ConnectorFailure, type Outcome, succeed } from "../../../connectors/kit/index.ts";
import { callChannel, markDirty, noteSync, type RunningSync, type SyncResult, sourceOf } from "../../channels/index.ts";
import { type ChannelId, type FacilityId, type Instant, type ListingId, newId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueue, type JobOutcome } from "../../platform/jobs.ts";
import { readStockResultsJob } from "../jobs.ts";
import { CallSizes } from "./call-sizes.ts";
import { answersOf, type Line, linesOf, Settled } from "./lines.ts";
import * as store from "./publish.store.ts";
import { nextResultLook } from "./stock-results.ts";
import { insertTicket } from "./ticket.store.ts";
import { ALL_TOGETHER, readWarehouses, readWarehousesTold, writeToldByWarehouse } from "./warehouse.store.ts";

const READ_MAX = 500; // dirty listings looked at in a round; the source's batch size divides them into calls
const ROUNDS_MAX = 2_000;
const LEASE_SECONDS = 180; // longer than one call with its retries
const BUSY = "the channel is being told its figures at this moment";
const BROKEN_OFF = "Telling broke off before its answer was kept; the figure is told again.";

/** What telling came to, so far. */
export interface Telling {
  accepted: number;
  refused: number;
  message: string | null;
}

/**
 * Tells a channel the figures of its dirty listings, out-of-stock first, until none is left. Absolute numbers, read at
 * the last moment. One at a time per channel, whoever asks: the job of a change, the nightly comparison, a person.
 */
export async function pushInventory(
  ctx: Ctx,
  channelId: ChannelId,
  telling: Telling = { accepted: 0, refused: 0, message: null },
  onProgress: (telling: Telling) => Promise<void> = async () => undefined,
  holder: string = newId(),
): Promise<JobOutcome> {
  const channel = await ctx.db.read(ctx.tenantId, (tx) => store.mayPush(tx, channelId));
  const capability = channel && sourceOf(channel.source).capabilities.pushInventory;
  if (!channel?.allowed || capability === undefined) return "done"; // the marks stay; connecting or switching on wakes the push
  let outcome: JobOutcome | null = null;
  try {
    outcome = await tellAll(ctx, channelId, capability, telling, onProgress, holder);
    return outcome;
  } finally {
    const end = outcome === null ? store.breakOffLease : store.dropLease;
    await ctx.db.transaction(ctx.tenantId, (tx) => end(tx, channelId, holder));
  }
}

/**
 * The job of a channel. The queue runs one at a time, also after a process was killed, so all of them are one holder: what a
 * killed one held is taken over at once, and figures do not wait for its lease to run out.
 */
export function pushInventoryByJob(ctx: Ctx, channelId: ChannelId): Promise<JobOutcome> {
  return pushInventory(ctx, channelId, undefined, undefined, channelId);
}

type Capability = { readonly batchMax: number; readonly facilityWise: boolean };

async function tellAll(
  ctx: Ctx,
  channelId: ChannelId,
  capability: Capability,
  telling: Telling,
  onProgress: (telling: Telling) => Promise<void>,
  holder: string,
): Promise<JobOutcome> {
  const settled = new Settled();
  const sizes = new CallSizes(capability.batchMax);
  for (let round = 1; round <= ROUNDS_MAX; round++) {
    if (!(await hold(ctx, channelId, holder, round === 1))) return { retry: BUSY };
    const call = await nextCall(ctx, channelId, capability.facilityWise, sizes.next, settled);
    if (call === null) return "done";
    if (call.lines.length === 0) continue;
    const failure = await tell(ctx, channelId, call, { settled, sizes, telling });
    await onProgress(telling);
    if (failure) return { retry: failure.channelMessage ?? failure.kind };
  }
  return { retry: "there are still figures to tell" };
}

/**
 * Who begins and finds that another left its lease behind begins with a doubt: that one ended between a call and the writing
 * of its answer, perhaps, and the channel may hold what stands nowhere here. Its marks are there still, so they tell which.
 */
function hold(ctx: Ctx, channelId: ChannelId, holder: string, begins: boolean): Promise<boolean> {
  const now = ctx.clock.now();
  const until = now.add({ seconds: LEASE_SECONDS });
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const lease = await store.takeLease(tx, channelId, holder, now, until);
    if (begins && lease === "taken over") await store.doubtMarked(tx, channelId, BROKEN_OFF);
    return lease !== null;
  });
}

/** What is said in one call. */
interface StockCall {
  readonly lines: readonly Line[];
  /** Newest marks of the listings that were read. */
  readonly marks: ReadonlyMap<ListingId, number>;
  /** Figures that each listing has to tell, in this call and after it. */
  readonly open: ReadonlyMap<ListingId, number>;
}

/** The next call; without lines when nothing of what was read had changed; null when nothing is dirty. */
async function nextCall(
  ctx: Ctx,
  channelId: ChannelId,
  facilityWise: boolean,
  figuresMax: number,
  settled: Settled,
): Promise<StockCall | null> {
  const { dirty, lines } = await ctx.db.read(ctx.tenantId, async (tx) => {
    const found = await store.readDirty(tx, channelId, READ_MAX);
    const ids = found.map((d) => d.listingId);
    return {
      dirty: new Map(found.map((d) => [d.listingId, d])),
      lines: ids.length === 0 ? [] : await readLines(tx, channelId, ids, facilityWise),
    };
  });
  if (dirty.size === 0) return null;
  const changed = lines.filter((line) => {
    const { listingId } = line.listing;
    const mark = dirty.get(listingId);
    if (mark === undefined || settled.has(listingId, mark.mark, line.warehouse)) return false;
    return mark.force || line.publishOutcome !== "ACCEPTED" || line.published !== line.quantity;
  });
  const open = new Map<ListingId, number>();
  for (const { listing } of changed) open.set(listing.listingId, (open.get(listing.listingId) ?? 0) + 1);
  const same = [...dirty.values()].filter((d) => !open.has(d.listingId));
  if (same.length > 0) await ctx.db.transaction(ctx.tenantId, (tx) => store.dropMarks(tx, channelId, same));
  for (const { listingId } of same) settled.forget(listingId);
  const marks = new Map([...dirty.values()].map((d) => [d.listingId, d.mark]));
  const markOf = ({ listing }: Line) => marks.get(listing.listingId) ?? 0;
  // What ran out is told first: each second counts against overselling there. Then what waits longest, so that half of a call
  // that was refused is half of that call.
  changed.sort((a, b) => Number(a.quantity > 0) - Number(b.quantity > 0) || markOf(a) - markOf(b));
  return { lines: changed.slice(0, figuresMax), marks, open };
}

/** The figures of listings as they are now. */
async function readLines(tx: Tx, channelId: ChannelId, ids: readonly ListingId[], facilityWise: boolean) {
  const listings = await store.readParts(tx, channelId, ids);
  if (!facilityWise) return listings.flatMap((listing) => linesOf(listing, null));
  const mapped = Map.groupBy(await readWarehouses(tx, channelId, ids), (row) => row.listingId);
  const told = Map.groupBy(await readWarehousesTold(tx, ids), (row) => row.listingId);
  return listings.flatMap((listing) =>
    linesOf(listing, { mapped: mapped.get(listing.listingId) ?? [], told: told.get(listing.listingId) ?? [] }),
  );
}

async function tell(
  ctx: Ctx,
  channelId: ChannelId,
  call: StockCall,
  { settled, sizes, telling }: { readonly settled: Settled; readonly sizes: CallSizes; readonly telling: Telling },
): Promise<ConnectorFailure | null> {
  const { lines } = call;
  const answered = await callChannel(
    ctx,
    channelId,
    "pushInventory",
    lines.map(({ listing, quantity, warehouse }) => ({
      channelProductId: listing.channelProductId,
      productId: listing.productId,
      variantId: listing.variantId,
      quantity,
      hsn: listing.hsn,
      channelWarehouse: warehouse === ALL_TOGETHER ? null : warehouse,
    })),
  );
  const refusal = wholeRefusal(answered);
  if (refusal !== null && sizes.halve(lines.length)) return null; // none of it was taken: its halves are told
  const outcome = refusal !== null && lines.length === 1 ? succeed(refusal) : answered;
  if (outcome.ok) sizes.answered();
  const failedMessage = outcome.ok ? null : (outcome.failure.channelMessage ?? outcome.failure.kind);
  const ticket = outcome.ok && outcome.value.status === "TAKEN" ? outcome.value.ticket : undefined;
  const told = toldOf(lines, outcome, ticket !== undefined);
  const done = outcome.ok ? settle(call, settled) : [];
  // What was taken counts as told: should it be refused later, it is counted then.
  const accepted = told.filter((t) => t.outcome === "ACCEPTED" || t.taken).length;
  const message = outcome.ok ? outcome.value.message : failedMessage;
  const at = ctx.clock.now();
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const said = ({ listingId, quantity, outcome: what, message: words }: ToldLine) => ({
      ...{ listingId, quantity, outcome: what, message: words },
    });
    const whole = told.filter((t) => t.warehouse === null).map(said);
    const parts = told.flatMap((each) => {
      const { warehouse, facilityId } = each;
      return warehouse === null ? [] : [{ ...said(each), warehouse, facilityId }];
    });
    if (whole.length > 0) await store.writeTold(tx, whole, at);
    if (parts.length > 0) await writeToldByWarehouse(tx, parts, at);
    if (ticket !== undefined) await keepTicket(tx, channelId, ticket, told, at);
    if (done.length > 0) await store.dropMarks(tx, channelId, done);
    await noteSync(tx, channelId, "INVENTORY", { at, ok: accepted, failed: told.length - accepted, message });
  });
  for (const { listingId } of done) settled.forget(listingId);
  telling.accepted += accepted;
  telling.refused += told.length - accepted;
  if (accepted < told.length) telling.message = message;
  return outcome.ok ? null : outcome.failure;
}

/** A refusal of a whole call, as the answer to each of its figures. What never reached the channel was refused by nobody there. */
function wholeRefusal(outcome: Outcome<ChannelAnswer>): ChannelAnswer | null {
  if (outcome.ok || outcome.failure.kind !== "refused" || outcome.failure.reached !== "yes") return null;
  const { channelMessage, kind } = outcome.failure;
  return { status: "FAILED", results: [], message: channelMessage ?? kind };
}

interface ToldLine extends store.Told {
  readonly line: Line;
  readonly warehouse: string | null;
  readonly facilityId: FacilityId | null;
  /** The channel has it, and judges it later. */
  readonly taken: boolean;
}

const TAKEN_WORDS = "The channel has taken it and judges it later.";

/**
 * What a call says of each of its figures. One that the channel names as failed is refused: it is shown, and told again at the
 * next change or nightly. Where it judges later, the others are unknown until then; one that takes figures without a ticket to
 * ask with has said all that it will say.
 */
function toldOf(lines: readonly Line[], outcome: Outcome<ChannelAnswer>, judgedLater: boolean): ToldLine[] {
  const isTaken = outcome.ok && outcome.value.status === "TAKEN";
  const answers = outcome.ok
    ? answersOf(lines, isTaken ? { ...outcome.value, status: "SUCCESS" } : outcome.value)
    : null;
  return lines.map((line, at) => {
    const { listing, quantity, warehouse, facilityId } = line;
    const about = { line, listingId: listing.listingId, warehouse, facilityId, quantity };
    const answer = answers?.[at];
    if (answer?.accepted && judgedLater)
      return { ...about, outcome: "UNKNOWN", message: answer.message ?? TAKEN_WORDS, taken: true };
    if (answer)
      return { ...about, outcome: answer.accepted ? "ACCEPTED" : "REFUSED", message: answer.message, taken: false };
    const failure = outcome.ok ? null : outcome.failure;
    const message = failure === null ? null : (failure.channelMessage ?? failure.kind);
    return { ...about, outcome: failure?.reached === "no" ? "NOT_REACHED" : "UNKNOWN", message, taken: false };
  });
}

/** What was taken is asked about soon; the ticket is kept with the figures that it stands for. */
async function keepTicket(
  tx: Tx,
  channelId: ChannelId,
  ticket: string,
  told: readonly ToldLine[],
  at: Instant,
): Promise<void> {
  const lines = told
    .filter((each) => each.taken)
    .map(({ line, listingId, warehouse, facilityId, quantity }) => ({
      ...{ listingId, key: line.listing.channelProductId, warehouse, facilityId, quantity, before: line.published },
    }));
  const nextLookAt = nextResultLook(at, 0, at) ?? at;
  const stockTicketId = newId<"StockTicket">();
  await insertTicket(tx, channelId, { stockTicketId, ticket, lines, takenAt: at }, nextLookAt);
  await enqueue(tx, readStockResultsJob, { channelId, stockTicketId }, { runAt: nextLookAt });
}

/** Notes that the lines of a call were answered, and gives the listings that have nothing more to tell. */
function settle({ lines, marks, open }: StockCall, settled: Settled): { listingId: ListingId; mark: number }[] {
  const told = new Map<ListingId, number>();
  for (const { listing, warehouse } of lines) {
    const { listingId } = listing;
    settled.add(listingId, marks.get(listingId) ?? 0, warehouse);
    told.set(listingId, (told.get(listingId) ?? 0) + 1);
  }
  return [...told]
    .filter(([listingId, count]) => count === open.get(listingId))
    .map(([listingId]) => ({ listingId, mark: marks.get(listingId) ?? 0 }));
}

/** Every figure is told again, so that drift on either side heals: nightly, and when a person asks. */
export async function healDrift(ctx: Ctx, run: RunningSync): Promise<SyncResult> {
  const { channelId } = run.channel;
  await ctx.db.transaction(ctx.tenantId, (tx) => markDirty(tx, { channelId }, true));
  const telling: Telling = { accepted: 0, refused: 0, message: null };
  const counts = () => ({ ok: telling.accepted, failed: telling.refused });
  const outcome = await pushInventory(ctx, channelId, telling, () => run.progress(counts()));
  if (outcome === "done") return { ...counts(), message: telling.message };
  // The marks stay: the job that they woke goes on with the rest.
  const why = "retry" in outcome ? outcome.retry : outcome.park;
  // Nothing failed: whoever holds the channel tells until no mark is left, ours included.
  if (why === BUSY) return { ...counts(), message: "A push under way tells the rest of the figures.", state: "DONE" };
  return {
    ...counts(),
    message: `Not all was told; it goes on by itself. ${why}`,
    state: telling.accepted > 0 ? "PARTIAL" : "FAILED",
  };
}
