import { z } from "zod";
import { isOwn, type ReceivedPush, type WakeUp } from "../../connectors/kit/index.ts";
import { audit } from "../identity/index.ts";
import { type ChannelId, type Instant, newId, ok, type Result, refuse } from "../kernel/index.ts";
import { type Ctx, type Services, systemCtx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueue, job } from "../platform/jobs.ts";
import { Secret } from "../platform/secret.ts";
import { digest, newToken } from "../platform/vault.ts";
import { loadTarget } from "./call.ts";
import * as hooks from "./hook.store.ts";
import { sourceOf } from "./registry.ts";
import * as store from "./store.ts";
import { dueNow } from "./sync.store.ts";

const KEY_MAX = 500;
const IDS_MAX = 1_000;

/**
 * A marketplace has said "look": its orders are read from itself. The handler is given by the module that reads statuses; what
 * one turn finds waiting is one question. Idempotent: what was looked at already is only read again.
 */
export const lookJob = job("channels.look", {
  payload: z.object({ channelId: z.string() }),
  key: (p) => p.channelId,
  queue: (p) => p.channelId,
  attemptsMax: 12,
  callsOut: true,
});

/** A channel's orders and statuses are asked for at the next tick of the clock. */
export function lookNow(tx: Tx, channelId: ChannelId, now: Instant): Promise<void> {
  return dueNow(tx, channelId, ["ORDERS", "STATUS_CANCELLED", "STATUS_DELIVERED"], now);
}

const purpose = (channelId: ChannelId) => `channel-hook:${channelId}`;
const keyHash = (key: string) => digest(`hook\n${key}`);
const addressOf = (publicUrl: string, key: string) => new URL(`/hooks/${key}`, publicUrl).href;

export interface Hook {
  /** What the marketplace is given. */
  readonly url: string;
  readonly lastUsedAt: Temporal.Instant | null;
}

/** The address at which the channel's marketplace wakes us; null: none was made yet. Refusals: CHANNEL_NOT_FOUND, WAKE_UPS_NOT_OFFERED. */
export async function readHook(ctx: Ctx, channelId: ChannelId): Promise<Result<Hook | null>> {
  return ctx.db.read(ctx.tenantId, async (tx) => {
    const channel = await store.findChannel(tx, channelId);
    if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
    const source = sourceOf(channel.source);
    if (!source.readWakeUp) return refuse("WAKE_UPS_NOT_OFFERED", { source: source.label });
    const found = await hooks.findHook(tx, channelId);
    if (!found) return ok(null);
    const key = ctx.vault.open(found.sealed, purpose(channelId)).reveal();
    return ok({ url: addressOf(ctx.publicUrl, key), lastUsedAt: found.lastUsedAt });
  });
}

/** Makes the address, or another in place of it: the former one ends at once. Refusals as of `readHook`. */
export function issueHook(ctx: Ctx, channelId: ChannelId): Promise<Result<Hook>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const channel = await store.lockChannel(tx, channelId);
    if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
    const source = sourceOf(channel.source);
    if (!source.readWakeUp) return refuse("WAKE_UPS_NOT_OFFERED", { source: source.label });
    const key = newToken();
    await hooks.replaceHook(tx, {
      ...{ id: newId<"ChannelHook">(), channelId, keyHash: keyHash(key), at: ctx.now, by: ctx.actor.name },
      sealed: ctx.vault.seal(new Secret(key), purpose(channelId)),
    });
    await audit(tx, ctx, {
      ...{ action: "channels.hook_issued", recordType: "channel", recordId: channelId, recordCode: channel.code },
    });
    return ok({ url: addressOf(ctx.publicUrl, key), lastUsedAt: null });
  });
}

/** What a push to a channel's address came to. UNKNOWN: nobody's address. */
export type Woken = { readonly outcome: "KEPT" | "REPEATED" | "UNKNOWN" } | Extract<WakeUp, { kind: "REFUSED" }>;

/**
 * Takes a push at a channel's address: proved and read by its source, kept, and only then answered. The push itself is
 * believed in nothing but that it is time to look.
 * @param push headers in lower case, the bytes as they came
 */
export async function receiveWakeUp(
  services: Services,
  key: string,
  push: Pick<ReceivedPush, "headers" | "bytes">,
  requestId: string,
): Promise<Woken> {
  const owner = await hooks.findHookOwner(services.db, keyHash(key));
  if (!owner) return { outcome: "UNKNOWN" };
  const ctx = systemCtx(services, owner.tenantId, "wake-up", requestId);
  return ctx.db.transaction(owner.tenantId, async (tx): Promise<Woken> => {
    const hook = await hooks.channelOfHook(tx, owner.id);
    const channel = hook && (await store.findChannel(tx, hook.channelId));
    const source = channel && sourceOf(channel.source);
    if (!channel || !source?.readWakeUp) return { outcome: "UNKNOWN" };
    const target = await loadTarget(ctx, tx, channel);
    const fields = target.ok ? target.value.fields : channel.fields;
    const url = addressOf(ctx.publicUrl, key);
    const isOurs = (address: string) => target.ok && isOwn(target.value, address);
    const read = source.readWakeUp({ ...push, url, fields, now: ctx.now, isOwn: isOurs });
    if (read.kind === "REFUSED") return read;
    const isNew = await hooks.keepWakeUp(
      tx,
      {
        ...{ wakeUpId: newId<"WakeUp">(), channelId: channel.channelId, kind: read.kind },
        key: read.key.slice(0, KEY_MAX),
        orderIds: read.kind === "LOOK" ? read.channelOrderIds.slice(0, IDS_MAX) : [],
        url: read.kind === "CONFIRM" ? read.url : null,
      },
      ctx.now,
    );
    if (isNew && read.kind !== "NOTHING") await enqueue(tx, lookJob, { channelId: channel.channelId });
    return { outcome: isNew ? "KEPT" : "REPEATED" };
  });
}
