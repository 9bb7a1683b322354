import type { Connector, ConnectorFailure, VerifyStep } from "../../connectors/kit/index.ts";
import { audit } from "../identity/index.ts";
import { type ChannelId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { explain } from "../platform/refusals.ts";
import { callTarget, clearBroken, loadTarget } from "./call.ts";
import type { Channel } from "./channel.ts";
import { checkFacilities } from "./check-facilities.ts";
import { checkFields, missingOfConsent } from "./fields.ts";
import { tellChannelChanged } from "./hooks.ts";
import { markDirty } from "./mark-dirty.ts";
import { resumeNotices } from "./notices.ts";
import { sourceOf } from "./registry.ts";
import { knownOfFields } from "./set-credentials.ts";
import * as store from "./store.ts";
import { dueNow, ensureSyncs } from "./sync.store.ts";
import { nextRunAfter, syncKindsOf } from "./sync-kind.ts";

/** One line of what Connect shows. */
export interface ConnectStep {
  readonly title: string;
  readonly state: "DONE" | "FAILED";
  /** What was found, or why it failed, in our words. */
  readonly detail: string;
  /** For a failed step what came back, in the channel's own words. */
  readonly channelWords: string | null;
  readonly whatToDo: string | null;
}

export interface ConnectResult {
  readonly connected: boolean;
  readonly steps: readonly ConnectStep[];
  /** Where the marketplace said no, or nothing: how. */
  readonly failure?: ConnectorFailure["kind"];
}

/**
 * Connect: tries the stored credentials, step by step, and stops at the step that fails with the channel's own words.
 * On success the channel is CONNECTED, its alarm goes, its syncs are due, and everything that waited goes on.
 * Refusals: CHANNEL_NOT_FOUND, NO_CREDENTIALS_NEEDED.
 */
export async function connectChannel(ctx: Ctx, channelId: ChannelId): Promise<Result<ConnectResult>> {
  const { channel, tried } = await ctx.db.read(ctx.tenantId, async (tx) => {
    const found = await store.findChannel(tx, channelId);
    return { channel: found, tried: found ? await credentialsMark(tx, found) : "" };
  });
  if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
  const source = sourceOf(channel.source);
  if (!source.capabilities.verify) return refuse("NO_CREDENTIALS_NEEDED", { source: source.label });
  const entered = await ctx.db.read(ctx.tenantId, (tx) => checkEntered(tx, channel));
  if (!entered.ok) return stopped([], "Credentials", entered.refusal);
  const steps: ConnectStep[] = [done("Credentials", "All fields are filled in.")];
  const target = await ctx.db.read(ctx.tenantId, (tx) => loadTarget(ctx, tx, channel));
  if (!target.ok) return stopped(steps, "Marketplace address", target.refusal);
  steps.push(done("Marketplace address", `${source.label} is called at ${new URL(target.value.baseUrl).host}.`));
  const verified: VerifyStep[] = [];
  const outcome = await callTarget(ctx, target.value, "verify", (step) => void verified.push(step), {
    interactive: true,
  });
  if (outcome.ok || outcome.failure.reached === "yes" || verified.length > 0)
    steps.push(done("Reach the marketplace", "It answers."));
  steps.push(...verified.map((step) => done(step.title, step.detail)));
  if (!outcome.ok)
    return ok({
      connected: false,
      steps: [...steps, failed(source, outcome.failure, steps, verified.length)],
      failure: outcome.failure.kind,
    });
  const became = await ctx.db.transaction(ctx.tenantId, (tx) => becomeConnected(tx, ctx, channelId, tried));
  return became.ok ? ok({ connected: true, steps }) : stopped(steps, "Credentials", became.refusal);
}

/** Tells credentials from those of another moment: fields, and which secrets were stored when. */
async function credentialsMark(tx: Tx, channel: Channel): Promise<string> {
  const secrets = await store.readSecrets(tx, channel.channelId);
  return JSON.stringify([
    Object.entries(channel.fields).sort(([a], [b]) => (a < b ? -1 : 1)),
    secrets.map(({ name, sealed }) => [name, sealed.toString("base64")]),
  ]);
}

/** What is stored now would pass the form's own checks: an older form may have asked for less, a facility be gone. */
async function checkEntered(tx: Tx, channel: Channel): Promise<Result<unknown>> {
  const source = sourceOf(channel.source);
  const known = await knownOfFields(tx, channel.channelId);
  const checked = checkFields(source, channel.code, channel.fields, { ...known, consentAhead: true });
  const missing = missingOfConsent(source, channel.fields, known.stored);
  if (checked.ok && missing.length > 0)
    return refuse("CONSENT_MISSING", {
      ...{ source: source.label, channel: channel.code, button: source.consent?.label ?? "" },
      fields: missing.map((field) => field.label),
    });
  return checked.ok ? checkFacilities(tx, source, channel, { ...channel, confirm: [] }) : checked;
}

function done(title: string, detail: string): ConnectStep {
  return { title, state: "DONE", detail, channelWords: null, whatToDo: null };
}

function stopped(
  steps: readonly ConnectStep[],
  title: string,
  refusal: Parameters<typeof explain>[0],
): Result<ConnectResult> {
  const { message, whatToDo } = explain(refusal);
  return ok({
    connected: false,
    steps: [...steps, { title, state: "FAILED", detail: message, channelWords: null, whatToDo }],
  });
}

const FAILURE_WORDS: Readonly<Record<ConnectorFailure["kind"], string>> = {
  auth: "The marketplace did not accept these credentials.",
  throttle: "The marketplace asks to slow down.",
  refused: "The marketplace refused the request.",
  transient: "The marketplace gave no usable answer: it is down, or the way there is.",
  bad_answer: "The marketplace answered something that its contract does not allow.",
  breaker_open: "Too many calls failed just now, so none is made for a while.",
};

function failed(
  source: Connector,
  failure: ConnectorFailure,
  steps: readonly ConnectStep[],
  verified: number,
): ConnectStep {
  const detail = FAILURE_WORDS[failure.kind];
  const channelWords = failure.channelMessage ?? failure.channelCode ?? null;
  const reached = steps.some((step) => step.title === "Reach the marketplace");
  const title = !reached ? "Reach the marketplace" : verified === 0 ? "Sign in" : "Read the catalogue";
  const whatToDo =
    failure.kind === "auth"
      ? `Compare ${credentialsOf(source)} with what you were given, correct what differs and press Connect.`
      : reached
        ? "Press Connect again in a few minutes; if it stays so, show these words to the marketplace's team."
        : "Ask the operator whether the marketplace's address is right and reachable from this server.";
  return { title, state: "FAILED", detail, channelWords, whatToDo };
}

/** The fields that prove who signs in, as the form names them. */
function credentialsOf({ fields }: Connector): string {
  const labels = fields.filter(({ type, required }) => type === "password" || (required && type === "text"));
  const names = labels.map(({ label }) => label);
  return names.length < 2 ? (names[0] ?? "the credentials") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** @param tried the mark of the credentials that the channel accepted; others that were stored since prove nothing. */
async function becomeConnected(tx: Tx, ctx: Ctx, channelId: ChannelId, tried: string): Promise<Result<undefined>> {
  const channel = await store.lockChannel(tx, channelId);
  if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
  if ((await credentialsMark(tx, channel)) !== tried) return refuse("CREDENTIALS_CHANGED", { channel: channel.code });
  await store.setState(tx, channelId, { state: "CONNECTED", brokenReason: null, connectedAt: ctx.now });
  await clearBroken(tx, ctx, channelId);
  await goOn(tx, ctx, channel);
  await audit(tx, ctx, {
    action: "channels.channel_connected",
    recordType: "channel",
    recordId: channelId,
    recordCode: channel.code,
    before: { state: channel.state },
    after: { state: "CONNECTED" },
  });
  return ok();
}

/** What waited for the channel goes on: syncs are due, stock is told, notices are sent, orders are tried again. */
export async function goOn(tx: Tx, ctx: Ctx, channel: Channel): Promise<void> {
  const source = sourceOf(channel.source);
  const kinds = syncKindsOf(source);
  await ensureSyncs(tx, channel.channelId, kinds);
  const byTheClock = kinds.filter((kind) => nextRunAfter(source, kind, ctx.now) !== null);
  await dueNow(tx, channel.channelId, byTheClock, ctx.now);
  await markDirty(tx, { channelId: channel.channelId });
  await resumeNotices(tx, { channelId: channel.channelId, before: null }, ctx.now);
  await tellChannelChanged(tx, ctx, channel.channelId);
}
