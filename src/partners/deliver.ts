import { tenantIsLive } from "../identity/index.ts";
import { type Instant, newId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueue, type JobOutcome } from "../platform/jobs.ts";
import { followLine } from "./alarms.ts";
import { deliverJob } from "./definitions.ts";
import * as store from "./delivery.store.ts";
import type { PartnerDeliveryId, PartnerId } from "./partner.ts";
import { isHeld, type Line, lineAfter, stepAfter } from "./rule.ts";
import { secretPurpose } from "./secret-purpose.ts";
import { ANSWER_TIMEOUT_MS, type PartnerTarget, type Sent, sendDelivery } from "./send.ts";

/** Calls to one partner at the same time. */
const AT_ONCE = 8;
/** Deliveries read at once: all of them that memory ever holds, beside those under way. */
const PAGE = 24;
/** Lanes that are tried when a partner that is held back is looked at: one that stumbles over one event takes another. */
const LOOKED_AT = 3;
/** While calls are under way, so often is looked for more. */
const LOOK_EVERY_MS = 250;
const WAIT_MAX_MS = 10_000;
/** A sender that has not renewed its hold for so long has ended. */
const HOLD_SECONDS = 60;
const RENEW_AFTER_MS = 10_000;
/** Who could not renew it for so long begins nothing more: what is under way has its answer before another may begin. */
const BEGINS_WITHIN_MS = 1_000 * HOLD_SECONDS - ANSWER_TIMEOUT_MS;

/** Limits of one run; tests set their own. */
export interface DeliverLimits {
  /** No answer within this is none. */
  readonly timeoutMs: number;
  /** A run ends after this and asks for another: places that wait for somebody outside are shared by all. */
  readonly runMs: number;
  /** The process is to end: nothing more is begun, what is under way is waited for, and another run is asked for. */
  readonly stopping: AbortSignal | null;
}

const LIMITS: DeliverLimits = { timeoutMs: ANSWER_TIMEOUT_MS, runMs: 60_000, stopping: null };

/**
 * Sends what is due to a partner, until nothing is left, its time is over or the partner is held back. One sender at a time; at
 * most `AT_ONCE` calls, each the first of its lane that waits; what they brought is written together, as soon as any has an
 * answer. Whoever dies on the way leaves what he sent to be sent again under the same key, when his hold on the line has run out.
 */
export async function deliverTo(
  ctx: Ctx,
  partnerId: PartnerId,
  limits: Partial<DeliverLimits> = {},
): Promise<JobOutcome> {
  const sender = newId<"PartnerSender">();
  const now = ctx.clock.now();
  const heldAtMs = performance.now();
  const opened = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    if (!(await tenantIsLive(tx))) return undefined;
    const until = now.add({ seconds: HOLD_SECONDS });
    const line = await store.openLine(tx, partnerId, { id: sender, now, until });
    // Who has it sends this too, and takes up what is new; or has died, and it is ours when his hold has run out.
    if (line !== undefined && "queueNow" in line)
      await enqueue(tx, deliverJob, { partnerId }, { runAt: comingTo(ctx, line) });
    return line;
  });
  if (opened === undefined || "queueNow" in opened) return "done";
  const run = new Run(ctx, opened, { sender, heldAtMs }, { ...LIMITS, ...limits });
  let more = false;
  try {
    more = await run.work();
  } finally {
    await ctx.db.transaction(ctx.tenantId, async (tx) => {
      await store.closeLine(tx, partnerId, sender);
      if (more) await enqueue(tx, deliverJob, { partnerId });
    });
  }
  return "done";
}

/** That moment by the queue's clock, and never at once: who came too early would come again and again. */
function comingTo(ctx: Ctx, { until, queueNow }: store.Awaited): Instant {
  const pauseMs = ctx.clock.now().until(until).total("milliseconds");
  return queueNow.add({ milliseconds: Math.max(1_000, Math.ceil(pauseMs)) });
}

interface Finished {
  readonly due: store.Due;
  readonly sent: Sent;
  readonly startedAt: Instant;
  readonly at: Instant;
}

class Run {
  readonly #ctx: Ctx;
  readonly #opened: store.OpenedLine;
  readonly #target: PartnerTarget;
  readonly #sender: string;
  readonly #endAtMs: number;
  readonly #stopping: AbortSignal | null;
  #line: Line;
  #renewedAtMs: number;
  #page: store.Due[] = [];
  readonly #underWay = new Set<PartnerDeliveryId>();
  readonly #finished: Finished[] = [];
  #fault: { readonly error: unknown } | null = null;
  #wake = Promise.withResolvers<void>();
  /** Settings changed, or another has the line: nothing more is begun. */
  #ended: "CHANGED" | "LOST" | null = null;

  constructor(
    ctx: Ctx,
    opened: store.OpenedLine,
    { sender, heldAtMs }: { readonly sender: string; readonly heldAtMs: number },
    limits: DeliverLimits,
  ) {
    this.#ctx = ctx;
    this.#opened = opened;
    this.#sender = sender;
    this.#renewedAtMs = heldAtMs;
    this.#line = opened.line;
    this.#endAtMs = performance.now() + limits.runMs;
    this.#stopping = limits.stopping;
    const secret = ctx.vault.open(opened.sealed, secretPurpose(opened.partnerId));
    this.#target = { ...opened, secret, timeoutMs: limits.timeoutMs };
  }

  /** Answers whether there may be more to do at once. Ends, in whatever way, only when nothing is under way any more. */
  async work(): Promise<boolean> {
    try {
      return await this.#untilDone();
    } finally {
      // Only where it failed: what they bring cannot be written, and is sent again under its key.
      while (this.#underWay.size > 0) {
        this.#finished.length = 0;
        await this.#wait();
      }
    }
  }

  async #untilDone(): Promise<boolean> {
    for (;;) {
      await this.#turn();
      if (this.#fault && this.#underWay.size === 0) throw this.#fault.error;
      const holds = performance.now() - this.#renewedAtMs < BEGINS_WITHIN_MS;
      if (holds && this.#mayBegin()) this.#begin();
      if (this.#underWay.size > 0 || this.#finished.length > 0) await this.#wait();
      else if (this.#page.length === 0) return this.#ended === "CHANGED" || (this.#ended === null && this.#isOver());
    }
  }

  #isOver(): boolean {
    return performance.now() >= this.#endAtMs || this.#stopping?.aborted === true;
  }

  #mayBegin(): boolean {
    return (
      this.#ended === null && this.#fault === null && !this.#isOver() && !isHeld(this.#line, this.#ctx.clock.now())
    );
  }

  #places(): number {
    return (this.#line.held === null ? AT_ONCE : LOOKED_AT) - this.#underWay.size;
  }

  #begin(): void {
    for (const due of this.#page.splice(0, Math.max(0, this.#places()))) {
      const startedAt = this.#ctx.clock.now();
      this.#underWay.add(due.partnerDeliveryId);
      void sendDelivery(this.#ctx, this.#target, due)
        .then(
          (sent) => this.#finished.push({ due, sent, startedAt, at: this.#ctx.clock.now() }),
          (error: unknown) => {
            this.#fault ??= { error };
          },
        )
        .finally(() => {
          this.#underWay.delete(due.partnerDeliveryId);
          this.#wake.resolve();
        });
    }
  }

  /** Until an answer is there; while places are free, no longer than until others may have come. */
  async #wait(): Promise<void> {
    if (this.#finished.length > 0) return;
    const idle = this.#mayBegin() && this.#places() > 0;
    let timer: NodeJS.Timeout | undefined;
    const time = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, idle ? LOOK_EVERY_MS : WAIT_MAX_MS);
    });
    await Promise.race([this.#wake.promise, time]);
    clearTimeout(timer);
    this.#wake = Promise.withResolvers<void>();
  }

  /** Writes what came back and reads what is due next, in one transaction. */
  async #turn(): Promise<void> {
    const finished = this.#finished.splice(0);
    const wants = this.#mayBegin() && this.#page.length === 0;
    const saves = finished.length > 0 || performance.now() - this.#renewedAtMs > RENEW_AFTER_MS;
    if (!wants && !saves) return;
    const beganAtMs = performance.now();
    const after = triesOf(finished).reduce(
      (line, { sent, at }) => lineAfter(line, sent.outcome, at, sent.status),
      this.#line,
    );
    const turned = await this.#ctx.db.transaction(this.#ctx.tenantId, async (tx) => {
      if (finished.length > 0) await store.saveTried(tx, finished.map(triedOf));
      const ended = saves ? await this.#save(tx, after, finished) : null;
      return { ended, page: wants && ended === null ? await this.#read(tx, after) : null };
    });
    if (saves) this.#renewedAtMs = beganAtMs;
    this.#line = after;
    this.#ended = turned.ended;
    if (turned.page !== null) this.#page = turned.page;
    // What was read before the partner was held back waits in the database for its turn.
    if (!this.#mayBegin()) this.#page = [];
  }

  async #save(tx: Tx, after: Line, finished: readonly Finished[]): Promise<"CHANGED" | "LOST" | null> {
    const { partnerId, updatedAt } = this.#opened;
    const now = this.#ctx.clock.now();
    const last = finished.at(-1)?.sent;
    const updatedNow = await store.saveLine(
      tx,
      partnerId,
      { id: this.#sender, until: now.add({ seconds: HOLD_SECONDS }) },
      {
        line: after,
        message: after.failures > 0 || after.held !== null ? (last?.message ?? null) : null,
        answeredAt: finished.some(({ sent }) => sent.status !== null) ? now : null,
        deliveredAt: finished.some(({ sent }) => sent.outcome === "DELIVERED") ? now : null,
      },
    );
    if (updatedNow === undefined) return "LOST";
    if (after.held !== this.#line.held) await this.#tellHeld(tx, after, last?.message ?? null, now);
    return Temporal.Instant.compare(updatedNow, updatedAt) === 0 ? null : "CHANGED";
  }

  /** The partner is held back, or back. */
  async #tellHeld(tx: Tx, after: Line, message: string | null, now: Instant): Promise<void> {
    const { partnerId, code, name } = this.#opened;
    if (this.#line.held === "DOWN" && after.held === null) await store.bringForward(tx, partnerId, now);
    await followLine(tx, this.#ctx, { partnerId, code, name, message, ...after });
    const fields = { partner: code, held: after.held, reason: message };
    if (after.held === null) this.#ctx.log.info({ ...fields, outcome: "done" }, "a partner is sent to again");
    else this.#ctx.log.warn({ ...fields, outcome: "held" }, "a partner is held back");
  }

  /** Due deliveries that are not under way. One that is held back is tried with a few: the oldest, and the newest. */
  async #read(tx: Tx, line: Line): Promise<store.Due[]> {
    const { partnerId } = this.#opened;
    const now = this.#ctx.clock.now();
    // Answered, and not written yet: waiting by the database's word only.
    const except = [...this.#underWay, ...this.#finished.map(({ due }) => due.partnerDeliveryId)];
    if (line.held === null) return store.dueHeads(tx, partnerId, { now, limit: PAGE, except });
    if (except.length > 0) return [];
    const oldest = await store.dueHeads(tx, partnerId, { now, limit: 1, except });
    const others = { now, limit: LOOKED_AT - 1, except: oldest.map((due) => due.partnerDeliveryId), newest: true };
    return [...oldest, ...(await store.dueHeads(tx, partnerId, others))];
  }
}

/** What the line is judged by: one call for a token that many waited for, and did not get, is one try of it. */
function triesOf(finished: readonly Finished[]): Finished[] {
  const counted = new Set<unknown>();
  return finished.filter(({ sent }) => {
    if (sent.outcome !== "NO_TOKEN") return true;
    const call = sent.attempts.at(-1);
    return !counted.has(call) && counted.add(call);
  });
}

function triedOf({ due, sent, startedAt, at }: Finished): store.Tried {
  const { outcome, status, message, retryAfterMs, attempts } = sent;
  const step = stepAfter(due, outcome, at, { startedAt, retryAfterMs });
  const settledAt = step.state === "PENDING" ? null : at;
  return { ...step, partnerDeliveryId: due.partnerDeliveryId, status, message, settledAt, attempts };
}
