import { audit } from "../identity/index.ts";
import { type ChannelId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { secretPurpose } from "./call.ts";
import { type CheckedFields, checkFields, readWarehouseMap } from "./fields.ts";
import { forgetPushCallers } from "./push-credential.ts";
import { sourceOf } from "./registry.ts";
import * as store from "./store.ts";

/**
 * Stores what was typed into the credentials form: secrets sealed and never given out again, the rest readable. Nothing
 * is tried with them yet: that is `connectChannel`. Refusals: CHANNEL_NOT_FOUND, NO_CREDENTIALS_NEEDED,
 * CREDENTIALS_INVALID, CHANNEL_USERNAME_TAKEN.
 */
export function setCredentials(
  ctx: Ctx,
  channelId: ChannelId,
  given: Readonly<Record<string, string>>,
): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const channel = await store.lockChannel(tx, channelId);
    if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
    const source = sourceOf(channel.source);
    if (source.fields.length === 0) return refuse("NO_CREDENTIALS_NEEDED", { source: source.label });
    const stored = await store.readSecrets(tx, channelId);
    const checked = checkFields(source, channel.code, given, {
      stored: new Set(stored.map((secret) => secret.name)),
      facilities: await store.facilityCodes(tx, channelId),
    });
    if (!checked.ok) return checked;
    const { plain, secrets } = checked.value;
    // A pushed order names its channel by this user name alone.
    const username = plain.username ?? "";
    const other = username === "" ? undefined : await store.channelOfUsername(tx, source.id, username, channelId);
    if (other) return refuse("CHANNEL_USERNAME_TAKEN", { other: other.code, source: source.label, username });
    const sealed = [...secrets].map(([name, secret]) => ({
      name,
      sealed: ctx.vault.seal(secret, secretPurpose(channelId, name)),
    }));
    await store.saveCredentials(tx, channelId, plain, sealed, {
      at: ctx.now,
      userId: ctx.actor.id,
      name: ctx.actor.name,
    });
    const map = warehouseMapOf(channel.source, checked.value);
    if (map !== null) await store.saveWarehouses(tx, channelId, map);
    await audit(tx, ctx, {
      action: "channels.credentials_set",
      recordType: "channel",
      recordId: channelId,
      recordCode: channel.code,
      before: channel.fields,
      after: { ...plain, ...Object.fromEntries([...secrets].map(([name, secret]) => [name, secret])) },
    });
    forgetPushCallers();
    return ok();
  });
}

function warehouseMapOf(sourceId: string, { plain }: CheckedFields): ReadonlyMap<string, string> | null {
  const field = sourceOf(sourceId).fields.find((f) => f.type === "warehouse-map");
  return field === undefined ? null : readWarehouseMap(plain[field.name] ?? "");
}
