import {
  basesOf,
  Engine,
  type EngineChannel,
  type ExchangeRecord,
  fail,
  type OperationIo,
  type OperationName,
  type Outcome,
  type Timer,
} from "../../connectors/kit/index.ts";
import { type ChannelId, newId, ok, type Refusal, type Result, refuse } from "../kernel/index.ts";
import { clearAlarm, raiseAlarm } from "../platform/alarms.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { explain } from "../platform/refusals.ts";
import type { Channel, ExchangeId } from "./channel.ts";
import { triesUsed, tryLater } from "./credential-tries.ts";
import { type ExchangeLinks, type ExchangeRow, insertExchanges } from "./exchange.store.ts";
import { sourceOf } from "./registry.ts";
import { sourceBuckets } from "./source-buckets.ts";
import { findForCall, lockChannel, readSecrets, type StoredSecret, setState } from "./store.ts";

export const BROKEN_ALARM = "CHANNEL_BROKEN";

/** One per process: limiter, breakers and tokens of its channels live in it. */
let engine = new Engine();

/** Lets limits and pauses follow another clock: a simulation's. @returns what puts the former back */
export function setEngineTimer(timer: Timer): () => void {
  const former = engine;
  engine = new Engine({ timer });
  return () => {
    void engine.close();
    engine = former;
  };
}

/** Closes connections to sources that are kept open: last thing of a process. */
export function closeEngine(): Promise<void> {
  return engine.close();
}

export interface CallOptions {
  /** A person waits for it: it may use the share of the limit that is kept for people. */
  readonly interactive?: boolean;
  /** It can wait for hours: of a limited operation it takes only what nothing else is likely to need. */
  readonly spare?: boolean;
  readonly links?: ExchangeLinks;
  /** Told the last exchange that the call made, once it is stored; not called where none was made. */
  readonly onExchange?: (exchangeId: ExchangeId) => void;
  /** Told all exchanges that the call made, once they are stored. */
  readonly onExchanges?: (exchangeIds: readonly ExchangeId[]) => void;
}

/**
 * Runs an operation of the channel's source and keeps every exchange of it. Never inside a transaction: it waits for the
 * network. A channel that is not connected, a tenant that is not live and a missing base URL are failures that never
 * reached anybody (kind "refused", `channelCode` the refusal's code). Refused credentials make the channel BROKEN and
 * raise an alarm; connecting it again clears both.
 */
export async function callChannel<K extends OperationName>(
  ctx: Ctx,
  channelId: ChannelId,
  name: K,
  input: OperationIo[K]["in"],
  options: CallOptions = {},
): Promise<Outcome<OperationIo[K]["out"]>> {
  const target = await findTarget(ctx, channelId);
  return target.ok ? callTarget(ctx, target.value, name, input, options) : notReached(target.refusal);
}

/** What one of several calls brought, and its exchanges. */
export interface Answered<K extends OperationName> {
  readonly outcome: Outcome<OperationIo[K]["out"]>;
  readonly exchanges: readonly ExchangeId[];
}

/**
 * `callChannel` for several inputs, one after the other, up to the first that fails: it is the last of what is given. The
 * channel is read once before them, and their exchanges are kept together after them.
 */
export async function callChannelInTurn<K extends OperationName>(
  ctx: Ctx,
  channelId: ChannelId,
  name: K,
  inputs: readonly OperationIo[K]["in"][],
  options: Pick<CallOptions, "interactive" | "spare" | "links"> = {},
): Promise<Answered<K>[]> {
  const target = await findTarget(ctx, channelId);
  if (!target.ok) return [{ outcome: notReached(target.refusal), exchanges: [] }];
  const answers: Answered<K>[] = [];
  const rows: ExchangeRow[] = [];
  try {
    for (const input of inputs) {
      const before = rows.length;
      const outcome = await run(ctx, target.value, name, input, options, rows);
      answers.push({ outcome, exchanges: rows.slice(before).map((row) => row.exchangeId) });
      if (!outcome.ok) break;
    }
  } finally {
    await keep(ctx, channelId, rows, options.links);
  }
  return answers;
}

function notReached({ code, facts }: Refusal): ReturnType<typeof fail> {
  const { message } = explain({ code, facts });
  return fail({ reached: "no", kind: "refused", channelCode: code, channelMessage: message });
}

/** Refusals: CHANNEL_NOT_FOUND, TENANT_NOT_LIVE, CHANNEL_NOT_CONNECTED, SOURCE_URL_NOT_SET. */
async function findTarget(ctx: Ctx, channelId: ChannelId): Promise<Result<EngineChannel>> {
  const channel = await ctx.db.read(ctx.tenantId, (tx) => findForCall(tx, channelId));
  if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
  if (!channel.live) return refuse("TENANT_NOT_LIVE");
  if (channel.state !== "CONNECTED")
    return refuse("CHANNEL_NOT_CONNECTED", { channel: channel.code, state: channel.state });
  return targetOf(ctx, channel, channel.secrets);
}

/** The channel as the engine needs it, its secrets opened. Refuses SOURCE_URL_NOT_SET, where the source has no public address. */
export async function loadTarget(ctx: Ctx, tx: Tx, channel: Channel): Promise<Result<EngineChannel>> {
  return targetOf(ctx, channel, await readSecrets(tx, channel.channelId));
}

type Secrets = readonly Pick<StoredSecret, "name" | "sealed" | "setAt">[];

function targetOf(
  ctx: Ctx,
  channel: Pick<Channel, "channelId" | "source" | "fields" | "sourceSettings">,
  secrets: Secrets,
): Result<EngineChannel> {
  const connector = sourceOf(channel.source);
  const bases = basesOf(connector, ctx.sourceUrls);
  if (bases === null) return refuse("SOURCE_URL_NOT_SET", { source: channel.source });
  const opened = secrets.map(
    ({ name, sealed }) => [name, ctx.vault.open(sealed, secretPurpose(channel.channelId, name)).reveal()] as const,
  );
  const paths = [...ctx.sourcePaths].flatMap(([name, path]) =>
    name.startsWith(`${channel.source}.`) ? [[name.slice(channel.source.length + 1), path] as const] : [],
  );
  return ok({
    channelId: channel.channelId,
    connector,
    ...bases,
    paths: new Map(paths),
    allowPrivateUrls: ctx.allowPrivateUrls,
    fields: { ...channel.fields, ...Object.fromEntries(opened) },
    settings: channel.sourceSettings,
    credentialsVersion: versionOf(channel, secrets),
  });
}

/** Another one whenever credentials or fields were entered anew. */
function versionOf(channel: Pick<Channel, "fields">, secrets: Secrets): string {
  return [...secrets.map(({ setAt }) => setAt.epochNanoseconds.toString()), JSON.stringify(channel.fields)].join(" ");
}

/** Binds sealed bytes to their place, so that rows cannot be swapped. */
export function secretPurpose(channelId: ChannelId, name: string): string {
  return `channel:${channelId}:${name}`;
}

/** The call itself, for who has decided already that it may be made (connecting). */
export async function callTarget<K extends OperationName>(
  ctx: Ctx,
  target: EngineChannel,
  name: K,
  input: OperationIo[K]["in"],
  options: CallOptions,
): Promise<Outcome<OperationIo[K]["out"]>> {
  const rows: ExchangeRow[] = [];
  try {
    return await run(ctx, target, name, input, options, rows);
  } finally {
    await keep(ctx, idOf(target), rows, options.links);
    const last = rows.at(-1);
    if (last) options.onExchange?.(last.exchangeId);
    options.onExchanges?.(rows.map((row) => row.exchangeId));
  }
}

/** `loadTarget` made it of one. */
const idOf = (target: EngineChannel) => target.channelId as ChannelId;

/** One call; what was exchanged is added to `rows`, whether it ends well or not. */
async function run<K extends OperationName>(
  ctx: Ctx,
  target: EngineChannel,
  name: K,
  input: OperationIo[K]["in"],
  { interactive = false, spare = false }: CallOptions,
  rows: ExchangeRow[],
): Promise<Outcome<OperationIo[K]["out"]>> {
  const record = (exchange: ExchangeRecord) => void rows.push(toRow(ctx, name, exchange));
  const buckets = sourceBuckets(ctx, idOf(target));
  const now = ctx.clock.now();
  const outcome = await engine.run(target, name, input, { now, interactive, spare, record, buckets });
  const refused = !outcome.ok && outcome.failure.kind === "auth";
  if (refused) await breakDown(ctx, target, outcome.failure.channelMessage ?? "The credentials were refused.");
  return outcome;
}

async function keep(
  ctx: Ctx,
  channelId: ChannelId,
  rows: readonly ExchangeRow[],
  links: ExchangeLinks = {},
): Promise<void> {
  if (rows.length > 0) await ctx.db.transaction(ctx.tenantId, (tx) => insertExchanges(tx, channelId, rows, links));
}

/** The log names an exchange by what it was for and what the source calls it: "dispatch/dispatchOrderItems". */
function toRow(ctx: Ctx, name: OperationName, exchange: ExchangeRecord): ExchangeRow {
  const { startedMs: _, ...kept } = exchange;
  const operation = `${name}/${exchange.operation}`;
  const at = ctx.clock.now().subtract({ milliseconds: exchange.durationMs });
  return { ...kept, operation, exchangeId: newId<"Exchange">(), direction: "OUT", at };
}

/**
 * Nothing more is asked with credentials that were refused, but for a few tries with pauses (`credential-tries.ts`). Those of
 * a call that took its time may have been replaced since: then it says nothing about the present ones.
 */
function breakDown(ctx: Ctx, refused: EngineChannel, words: string): Promise<void> {
  const channelId = idOf(refused);
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const channel = await lockChannel(tx, channelId);
    if (channel?.state !== "CONNECTED") return;
    if (versionOf(channel, await readSecrets(tx, channelId)) !== refused.credentialsVersion) return;
    await setState(tx, channelId, { state: "BROKEN", brokenReason: words });
    await raiseAlarm(tx, ctx, brokenAlarm(channel, words));
    await tryLater(tx, ctx, channelId, triesUsed(channel.connectedAt, ctx.clock.now()));
  });
}

export function brokenAlarm(channel: Pick<Channel, "channelId" | "code">, words: string) {
  return {
    kind: BROKEN_ALARM,
    recordType: "channel",
    recordId: channel.channelId,
    severity: "CRITICAL" as const,
    message: `The channel ${channel.code} refuses our credentials: ${words}`,
    whatToDo:
      "They are tried again by themselves for some minutes. If it stays so, enter them again on the channel's page and press Connect; what waits goes on by itself.",
  };
}

export function clearBroken(tx: Tx, ctx: Ctx, channelId: ChannelId): Promise<void> {
  return clearAlarm(tx, ctx, { kind: BROKEN_ALARM, recordId: channelId });
}
