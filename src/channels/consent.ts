import { audit } from "../identity/index.ts";
import { type ChannelId, newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { Secret } from "../platform/secret.ts";
import { digest, newToken } from "../platform/vault.ts";
import { callTarget, loadTarget, secretPurpose } from "./call.ts";
import type { Channel } from "./channel.ts";
import * as consents from "./consent.store.ts";
import { sourceOf } from "./registry.ts";
import { refuseTaken } from "./set-credentials.ts";
import * as store from "./store.ts";

/** A person who fills in a password on the other page, looks for his telephone and comes back. */
const MINUTES_MAX = 60;

/** Where the marketplace sends the browser back: registered there with the application, once per installation. */
export function consentRedirectUri(publicUrl: string): string {
  return new URL("/channels/consent", publicUrl).href;
}

/**
 * Where to send the person who gives us access on the marketplace's own page. What comes back is taken for an hour, once, by
 * this tenant alone. Refusals: CHANNEL_NOT_FOUND, CONSENT_NOT_OFFERED, SOURCE_URL_NOT_SET.
 */
export function askConsent(ctx: Ctx, channelId: ChannelId): Promise<Result<{ url: string }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const channel = await store.findChannel(tx, channelId);
    if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
    const source = sourceOf(channel.source);
    if (!source.consent) return refuse("CONSENT_NOT_OFFERED", { source: source.label });
    const target = await loadTarget(ctx, tx, channel);
    if (!target.ok) return target;
    const state = newToken();
    await consents.deleteOldConsents(tx, ctx.now);
    await consents.insertConsent(tx, {
      ...{ id: newId<"ChannelConsent">(), channelId, stateHash: digest(state), at: ctx.now, by: ctx.actor.name },
      expiresAt: ctx.now.add({ minutes: MINUTES_MAX }),
    });
    const own = ctx.sourceUrls.get(channel.source);
    const redirectUri = consentRedirectUri(ctx.publicUrl);
    const origin = own === undefined ? null : new URL(own).origin;
    return ok({ url: source.consent.url({ fields: target.value.fields, state, redirectUri, origin }) });
  });
}

/**
 * Takes what the marketplace's page sent back with the browser and turns it into credentials of the channel: secrets are
 * sealed, the rest is readable. Connecting is another step. Refusals: CONSENT_UNKNOWN (no such question, answered already, too
 * late), CONSENT_REFUSED in the marketplace's words, CHANNEL_FIELD_TAKEN (another channel is this seller's).
 */
export async function redeemConsent(
  ctx: Ctx,
  parameters: Readonly<Record<string, string>>,
): Promise<Result<{ channelId: ChannelId; channel: string }>> {
  const asked = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const found = await consents.lockConsent(tx, digest(parameters.state ?? ""));
    const late = found !== undefined && Temporal.Instant.compare(found.expiresAt, ctx.now) <= 0;
    if (!found || found.usedAt !== null || late) return refuse("CONSENT_UNKNOWN");
    const channel = await store.findChannel(tx, found.channelId);
    if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: found.channelId });
    const target = await loadTarget(ctx, tx, channel);
    if (!target.ok) return target;
    await consents.spendConsent(tx, found.consentId, ctx.now);
    return ok({ channel, target: target.value });
  });
  if (!asked.ok) return asked;
  const { channel, target } = asked.value;
  const redirectUri = consentRedirectUri(ctx.publicUrl);
  const given = await callTarget(ctx, target, "redeemConsent", { parameters, redirectUri }, { interactive: true });
  if (!given.ok) {
    const detail = given.failure.channelMessage ?? given.failure.kind;
    const { channelId, code } = channel;
    return refuse("CONSENT_REFUSED", { source: sourceOf(channel.source).label, channel: code, channelId, detail });
  }
  const saved = await saveGiven(ctx, channel, given.value);
  return saved.ok ? ok({ channelId: channel.channelId, channel: channel.code }) : saved;
}

/** Only fields that the source declares as coming of it; which of them are secret says the form's declaration. */
function saveGiven(ctx: Ctx, channel: Channel, given: Readonly<Record<string, string>>): Promise<Result<undefined>> {
  const source = sourceOf(channel.source);
  const fields = source.fields.filter((field) => source.consent?.gives.includes(field.name));
  const values = fields.flatMap((field) => {
    const value = given[field.name];
    return value === undefined || value === "" ? [] : [{ field, value }];
  });
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const now = await store.lockChannel(tx, channel.channelId);
    if (!now) return refuse("CHANNEL_NOT_FOUND", { channel: channel.channelId });
    const plain = Object.fromEntries(
      values.flatMap(({ field, value }) => (field.type === "password" ? [] : [[field.name, value]])),
    );
    const sealed = values.flatMap(({ field, value }) =>
      field.type === "password"
        ? [
            {
              name: field.name,
              sealed: ctx.vault.seal(new Secret(value), secretPurpose(channel.channelId, field.name)),
            },
          ]
        : [],
    );
    const taken = await refuseTaken(tx, source, channel.channelId, plain);
    if (!taken.ok) return taken;
    const by = { at: ctx.now, userId: ctx.actor.id, name: ctx.actor.name };
    await store.saveCredentials(tx, channel.channelId, { ...now.fields, ...plain }, sealed, by);
    await audit(tx, ctx, {
      ...{ action: "channels.consent_given", recordType: "channel", recordId: channel.channelId },
      recordCode: channel.code,
      after: { ...plain, secrets: sealed.map(({ name }) => name) },
    });
    return ok();
  });
}
