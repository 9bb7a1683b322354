import type { Connector } from "../../connectors/kit/index.ts";
import { audit } from "../identity/index.ts";
import { newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { Channel, ChannelSettings } from "./channel.ts";
import { codeFromName, decideSettings, defaultSettings, suggestName } from "./fields.ts";
import { findSource } from "./registry.ts";
import * as store from "./store.ts";
import { ensureSyncs } from "./sync.store.ts";
import { syncKindsOf } from "./sync-kind.ts";

export interface NewChannel {
  readonly source: string;
  readonly name: string;
  /** Made of the name where it is left out. */
  readonly code?: string | undefined;
  /** What differs from the source's defaults. */
  readonly settings: Partial<ChannelSettings>;
}

/**
 * "Fill Required Information and click on Save & Next": makes the channel with its settings. It is CONFIGURED, and asks
 * for credentials next; one of a source without another side is CONNECTED at once. Refusals in this order:
 * SOURCE_UNKNOWN, those of `sourceRefusal`, those of `refuseSettings`, CHANNEL_CODE_TAKEN. What its
 * connector fields say of facilities is asked when they are entered.
 */
export function addChannel(ctx: Ctx, wanted: NewChannel): Promise<Result<Channel>> {
  return ctx.db.transaction(ctx.tenantId, (tx) => addChannelIn(tx, ctx, wanted));
}

/** The same in the caller's transaction (demo, seeds). */
export async function addChannelIn(tx: Tx, ctx: Ctx, wanted: NewChannel): Promise<Result<Channel>> {
  const allowed = await refuseSource(tx, ctx, wanted.source);
  if (!allowed.ok) return allowed;
  const source = allowed.value;
  const settings = { ...defaultSettings(source, wanted.name), ...wanted.settings, name: wanted.name };
  const fault = await refuseSettings(tx, source, settings);
  if (!fault.ok) return fault;
  const code = wanted.code ?? codeFromName(wanted.name);
  const taken = await store.takenNames(tx);
  if (taken.has(code.toLowerCase()) || code.length < 2)
    return refuse("CHANNEL_CODE_TAKEN", { code, suggestion: suggestName(source, taken) });
  const byHand = source.fields.length === 0;
  const channel: Channel = {
    ...settings,
    ...{ channelId: newId<"Channel">(), code, source: source.id, brokenReason: null, fields: {}, createdAt: ctx.now },
    state: byHand ? "CONNECTED" : "CONFIGURED",
    connectedAt: byHand ? ctx.now : null,
  };
  await store.insertChannel(tx, channel);
  await ensureSyncs(tx, channel.channelId, syncKindsOf(source));
  await audit(tx, ctx, {
    action: "channels.channel_added",
    recordType: "channel",
    recordId: channel.channelId,
    recordCode: code,
    after: channel,
  });
  return ok(channel);
}

/** May this tenant use the source? Refusals: SOURCE_UNKNOWN and those of `sourceRefusal`. */
async function refuseSource(tx: Tx, ctx: Ctx, id: string): Promise<Result<Connector>> {
  const source = findSource(id);
  if (!source) return refuse("SOURCE_UNKNOWN", { source: id });
  const { edition } = await store.tenantFacts(tx);
  const refusal = sourceRefusal(source, { edition, sourceUrls: ctx.sourceUrls });
  return refusal ?? ok(source);
}

/**
 * Why a source cannot be added; null where it can. A discontinued one can where the operator says that something answers
 * in its place: its simulator, for trials and for old data told again. A private one can where he has been given its address.
 * Refusals: SOURCE_EXAMPLE, SOURCE_DISCONTINUED, SOURCE_PRIVATE, SOURCE_NOT_IN_EDITION. Pure: the list of tiles shows it too.
 */
export function sourceRefusal(
  source: Connector,
  here: { readonly edition: string; readonly sourceUrls: Ctx["sourceUrls"] },
): ReturnType<typeof refuse> | null {
  const { edition } = here;
  if (source.state !== "live" && !here.sourceUrls.has(source.id))
    return refuse(whyClosed(source), { source: source.label });
  if (source.editions && !source.editions.some((e) => e === edition))
    return refuse("SOURCE_NOT_IN_EDITION", { source: source.label, editions: [...source.editions], edition });
  return null;
}

function whyClosed({ category, state }: Connector): "SOURCE_EXAMPLE" | "SOURCE_PRIVATE" | "SOURCE_DISCONTINUED" {
  if (category === "Examples") return "SOURCE_EXAMPLE";
  return state === "private" ? "SOURCE_PRIVATE" : "SOURCE_DISCONTINUED";
}

/** Settings that cannot be: those of `decideSettings`, CHANNEL_FACILITY_UNKNOWN, BILLING_PARTY_UNKNOWN. */
export async function refuseSettings(tx: Tx, source: Connector, settings: ChannelSettings): Promise<Result<undefined>> {
  const decided = decideSettings(source, settings);
  if (!decided.ok) return decided;
  const lost = await store.unknownFacilities(
    tx,
    settings.facilities.map((f) => f.facilityId),
  );
  if (lost.length > 0) return refuse("CHANNEL_FACILITY_UNKNOWN", { facilities: lost });
  if (settings.billingPartyId !== null && !(await store.billingPartyExists(tx, settings.billingPartyId)))
    return refuse("BILLING_PARTY_UNKNOWN", { billingParty: settings.billingPartyId });
  return ok();
}
