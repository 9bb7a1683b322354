import type { Connector } from "../../connectors/kit/index.ts";
import { audit } from "../identity/index.ts";
import { type ChannelId, type FacilityId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { refuseSettings } from "./add-channel.ts";
import { secretPurpose } from "./call.ts";
import type { Channel } from "./channel.ts";
import { checkFacilities } from "./check-facilities.ts";
import { type Confirmation, storeOf } from "./facilities.ts";
import { checkFields, USERNAME, uniqueFields } from "./fields.ts";
import { tellChannelChanged } from "./hooks.ts";
import { markDirty } from "./mark-dirty.ts";
import { forgetPushCallers } from "./push-credential.ts";
import { sourceOf } from "./registry.ts";
import * as store from "./store.ts";

export interface CredentialOptions {
  /** Choose Facilities For Inventory Sync, in routing order; left out: the channel's facilities stay. */
  readonly facilities?: readonly FacilityId[] | undefined;
  /** What the person has said yes to. */
  readonly confirm?: readonly Confirmation[] | undefined;
}

/**
 * Stores what was typed into the credentials form: secrets sealed and never given out again, the rest readable, the
 * facilities beside them. Nothing is tried with them yet: that is `connectChannel`, which asks for what the source's own page
 * gives too; that may stay empty here. Refusals in this order:
 * CHANNEL_NOT_FOUND, NO_CREDENTIALS_NEEDED, CREDENTIALS_INVALID, those of `refuseSettings` where facilities are given, those
 * of `decideFacilities`, CHANNEL_USERNAME_TAKEN, CHANNEL_FIELD_TAKEN.
 */
export function setCredentials(
  ctx: Ctx,
  channelId: ChannelId,
  given: Readonly<Record<string, string>>,
  options: CredentialOptions = {},
): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const channel = await store.lockChannel(tx, channelId);
    if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
    const source = sourceOf(channel.source);
    if (source.fields.length === 0) return refuse("NO_CREDENTIALS_NEEDED", { source: source.label });
    const known = await knownOfFields(tx, channelId);
    const checked = checkFields(source, channel.code, given, { ...known, consentAhead: true });
    if (!checked.ok) return checked;
    const plain = { ...givenBefore(source, channel), ...checked.value.plain };
    const { secrets } = checked.value;
    const wanted = await wantedFacilities(tx, source, channel, options.facilities);
    if (!wanted.ok) return wanted;
    const decided = await checkFacilities(tx, source, channel, {
      ...{ fields: plain, facilities: wanted.value, confirm: options.confirm ?? [] },
    });
    if (!decided.ok) return decided;
    const taken = await refuseTaken(tx, source, channelId, plain);
    if (!taken.ok) return taken;
    const sealed = [...secrets].map(([name, secret]) => ({
      name,
      sealed: ctx.vault.seal(secret, secretPurpose(channelId, name)),
    }));
    const by = { at: ctx.now, userId: ctx.actor.id, name: ctx.actor.name };
    await store.saveCredentials(tx, channelId, plain, sealed, by);
    const { facilities, confirmed } = decided.value;
    const moved = JSON.stringify(facilities) !== JSON.stringify(channel.facilities);
    if (moved) await store.saveFacilities(tx, channelId, facilities);
    await audit(tx, ctx, {
      action: "channels.credentials_set",
      recordType: "channel",
      recordId: channelId,
      recordCode: channel.code,
      before: { ...channel.fields, ...(moved ? { facilities: channel.facilities } : {}) },
      after: {
        ...{ ...plain, ...Object.fromEntries([...secrets].map(([name, secret]) => [name, secret])) },
        ...(moved ? { facilities } : {}),
        ...(confirmed.length > 0 ? { confirmed } : {}),
      },
    });
    if (moved || storeOf(source, plain) !== storeOf(source, channel.fields))
      await tellFacilitiesChanged(tx, ctx, channelId);
    forgetPushCallers();
    return ok();
  });
}

/** What the source's own page gave stays where it is left empty, as secrets do. */
function givenBefore(source: Connector, { fields }: Channel): Readonly<Record<string, string>> {
  const { gives = [] } = source.consent ?? {};
  return Object.fromEntries(Object.entries(fields).filter(([name]) => gives.includes(name)));
}

/** Other facilities, or other warehouses of theirs: what is published changes, and orders that waited are tried again. */
export async function tellFacilitiesChanged(tx: Tx, ctx: Ctx, channelId: ChannelId): Promise<void> {
  await markDirty(tx, { channelId });
  await tellChannelChanged(tx, ctx, channelId);
}

/** A facility was switched on or off: for its channels that is as if it had come or gone. */
export async function followFacility(tx: Tx, ctx: Ctx, facilityId: FacilityId): Promise<void> {
  for (const channelId of await store.channelsOf(tx, facilityId)) await tellFacilitiesChanged(tx, ctx, channelId);
}

/** What the checks of the form must know of a channel. */
export async function knownOfFields(tx: Tx, channelId: ChannelId) {
  const stored = await store.readSecrets(tx, channelId);
  const facilities = await store.tenantFacilities(tx);
  return {
    stored: new Set(stored.map((secret) => secret.name)),
    facilities: new Set(facilities.filter((facility) => facility.enabled).map((facility) => facility.code)),
  };
}

async function wantedFacilities(
  tx: Tx,
  source: Connector,
  channel: Channel,
  facilityIds: readonly FacilityId[] | undefined,
): Promise<Result<Channel["facilities"]>> {
  if (facilityIds === undefined) return ok(channel.facilities);
  const known = new Map(channel.facilities.map((facility) => [facility.facilityId, facility.channelWarehouse]));
  const facilities = facilityIds.map((facilityId) => ({
    facilityId,
    channelWarehouse: known.get(facilityId) ?? null,
  }));
  const fault = await refuseSettings(tx, source, { ...channel, facilities });
  return fault.ok ? ok(facilities) : fault;
}

/** One account, or one store, is one channel. Two saves at once are decided one after the other. Refusals: CHANNEL_USERNAME_TAKEN, CHANNEL_FIELD_TAKEN. */
export async function refuseTaken(
  tx: Tx,
  source: Connector,
  channelId: ChannelId,
  plain: Readonly<Record<string, string>>,
): Promise<Result<undefined>> {
  const fields = uniqueFields(source).filter((field) => plain[field.name] !== undefined);
  if (fields.length === 0) return ok();
  await store.lockValues(tx, source.id);
  for (const { name, label } of fields) {
    const value = plain[name] ?? "";
    const other = await store.channelOfValue(tx, source.id, name, value, channelId);
    if (other && name === USERNAME)
      return refuse("CHANNEL_USERNAME_TAKEN", { other: other.code, source: source.label, username: value });
    if (other) return refuse("CHANNEL_FIELD_TAKEN", { other: other.code, source: source.label, field: label, value });
  }
  return ok();
}
