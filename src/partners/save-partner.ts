import { audit } from "../identity/index.ts";
import { type ChannelId, type FacilityId, newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { type Tx, violatedConstraint } from "../platform/db.ts";
import { enqueue } from "../platform/jobs.ts";
import { Secret } from "../platform/secret.ts";
import { followLine } from "./alarms.ts";
import { deliverJob } from "./definitions.ts";
import type { Partner, PartnerAuth, PartnerEvent, PartnerId } from "./partner.ts";
import { secretPurpose } from "./secret-purpose.ts";
import { addressFault, HEADER_VALUE } from "./send.ts";
import * as store from "./store.ts";

/** What is typed into Settings > Partners. */
export interface PartnerSettings {
  readonly name: string;
  readonly baseUrl: string;
  readonly auth: PartnerAuth;
  readonly headerName: string;
  readonly username: string | null;
  /** Password or key; null: the stored one stays. */
  readonly secret: string | null;
  readonly events: readonly PartnerEvent[];
  /** Null: all. */
  readonly channelIds: readonly ChannelId[] | null;
  /** Null: all. */
  readonly facilityIds: readonly FacilityId[] | null;
  readonly enabled: boolean;
}

/** Each event is offered to every partner of its tenant: more would slow down those who pack. */
const PARTNERS_MAX = 20;
/** Headers that say what the request is; they cannot carry a secret besides. */
const TAKEN_HEADERS =
  /^(host|connection|content-(length|type|encoding)|transfer-encoding|accept|expect|upgrade|te|trailer|keep-alive|idempotency-key|x-godown-.*)$/i;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_|~-]{1,60}$/;

/** Adds a partner. Refusals in this order: PARTNERS_TOO_MANY, PARTNER_CODE_TAKEN, then those of `checkSettings`. */
export function addPartner(ctx: Ctx, code: string, given: PartnerSettings): Promise<Result<PartnerId>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const others = await store.listCodes(tx);
    if (others.length >= PARTNERS_MAX) return refuse("PARTNERS_TOO_MANY", { count: others.length, max: PARTNERS_MAX });
    if (others.some((other) => other.code === code)) return refuse("PARTNER_CODE_TAKEN", { code });
    const partnerId = newId<"Partner">();
    const saved = await tx.attempt(() => write(tx, ctx, { partnerId, code, given, before: undefined }));
    if (saved.ok) return saved.value.ok ? ok(partnerId) : saved.value;
    // Another added the same code a moment before.
    if (violatedConstraint(saved.error) === "partner_tenant_id_code_key") return refuse("PARTNER_CODE_TAKEN", { code });
    throw saved.error;
  });
}

/** Changes a partner's settings. Refusals in this order: PARTNER_NOT_FOUND, then those of `checkSettings`. */
export function changePartner(ctx: Ctx, partnerId: PartnerId, given: PartnerSettings): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const before = await store.lockPartner(tx, partnerId);
    if (!before) return refuse("PARTNER_NOT_FOUND", { partner: partnerId });
    return write(tx, ctx, { partnerId, code: before.code, given, before });
  });
}

/**
 * Switches a partner on or off. Off: nothing more is queued for it and what waits stays; on: that goes on. Refuses
 * PARTNER_NOT_FOUND.
 */
export function switchPartner(ctx: Ctx, partnerId: PartnerId, enabled: boolean): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const before = await store.lockPartner(tx, partnerId);
    if (!before) return refuse("PARTNER_NOT_FOUND", { partner: partnerId });
    if (before.enabled === enabled) return ok();
    await store.setEnabled(tx, partnerId, enabled, ctx.now);
    await audit(tx, ctx, {
      ...{ action: enabled ? "partners.enabled" : "partners.disabled", recordType: "partner", recordId: partnerId },
      ...{ recordCode: before.code, before: { enabled: before.enabled }, after: { enabled } },
    });
    if (enabled) await startAnew(tx, ctx, before);
    else await closeAlarms(tx, ctx, before);
    return ok();
  });
}

/** Nothing holds the partner back any more; what waits is sent. */
export async function startAnew(
  tx: Tx,
  ctx: Ctx,
  partner: Pick<Partner, "partnerId" | "code" | "name">,
): Promise<void> {
  await store.openHeldLine(tx, partner.partnerId, ctx.now);
  await closeAlarms(tx, ctx, partner);
  await enqueue(tx, deliverJob, { partnerId: partner.partnerId });
}

function closeAlarms(tx: Tx, ctx: Ctx, { partnerId, code, name }: Pick<Partner, "partnerId" | "code" | "name">) {
  return followLine(tx, ctx, { partnerId, code, name, held: null, heldSince: null, message: null });
}

interface Writing {
  readonly partnerId: PartnerId;
  readonly code: string;
  readonly given: PartnerSettings;
  readonly before: (Partner & { readonly sealed: Buffer }) | undefined;
}

async function write(tx: Tx, ctx: Ctx, { partnerId, code, given, before }: Writing): Promise<Result<undefined>> {
  const checked = await checkSettings(tx, ctx, given, before);
  if (!checked.ok) return checked;
  const { secret, ...settings } = checked.value;
  const sealed = secret === null ? before?.sealed : ctx.vault.seal(new Secret(secret), secretPurpose(partnerId));
  if (sealed === undefined)
    return refuse("PARTNER_SECRET_NEEDED", { partner: settings.name, why: "there is none yet" });
  const set = secret === null && before ? before : { secretSetAt: ctx.now, secretSetBy: ctx.actor.name };
  const changed = before === undefined || secret !== null || connectionOf(before) !== connectionOf(settings);
  const credentialsVersion = (before?.credentialsVersion ?? 0) + (changed ? 1 : 0);
  const { secretSetAt, secretSetBy } = set;
  const saved = { ...settings, partnerId, code, sealed, secretSetAt, secretSetBy, credentialsVersion };
  await store.savePartner(tx, saved, ctx.now);
  await audit(tx, ctx, {
    ...{ action: before ? "partners.changed" : "partners.added", recordType: "partner", recordId: partnerId },
    ...{ recordCode: code, before: before && shown(before) },
    after: { ...shown(settings), ...(secret === null ? {} : { secret: "changed" }) },
  });
  if (!settings.enabled) await closeAlarms(tx, ctx, saved);
  else if (changed || !before?.enabled) await startAnew(tx, ctx, saved);
  return ok();
}

/** What a change of the connection is told by. */
function connectionOf({ baseUrl, auth, headerName, username }: Omit<PartnerSettings, "secret">): string {
  return JSON.stringify([baseUrl, auth, headerName.toLowerCase(), username]);
}

function shown(settings: Omit<PartnerSettings, "secret">) {
  const { name, baseUrl, auth, headerName, username, events, channelIds, facilityIds, enabled } = settings;
  return { name, baseUrl, auth, headerName, username, events, channelIds, facilityIds, enabled };
}

/**
 * Settings as they are stored. Refusals in this order: PARTNER_URL_INVALID, PARTNER_HEADER_INVALID, PARTNER_USERNAME_INVALID,
 * PARTNER_SECRET_NEEDED, PARTNER_SECRET_INVALID, PARTNER_EVENTS_MISSING, PARTNER_CHANNEL_UNKNOWN, PARTNER_FACILITY_UNKNOWN.
 */
async function checkSettings(
  tx: Tx,
  ctx: Ctx,
  given: PartnerSettings,
  before: Partner | undefined,
): Promise<Result<PartnerSettings>> {
  const baseUrl = given.baseUrl.trim().replace(/\/+$/, "");
  const fault = addressFault(baseUrl, ctx.allowPrivateUrls);
  if (fault !== null) return refuse("PARTNER_URL_INVALID", { url: given.baseUrl, why: fault });
  const credentials = checkCredentials({ ...given, baseUrl }, before);
  if (!credentials.ok) return credentials;
  const events = [...new Set(given.events)];
  if (events.length === 0) return refuse("PARTNER_EVENTS_MISSING", { partner: given.name });
  // An empty choice would read as "none" to people and as "all" to the rule; all is what is said by leaving it out.
  const channelIds = given.channelIds === null ? null : [...new Set(given.channelIds)];
  const facilityIds = given.facilityIds === null ? null : [...new Set(given.facilityIds)];
  const known = await store.knownPlaces(tx, channelIds ?? [], facilityIds ?? []);
  const channels = channelIds?.filter((id) => !known.has(id)) ?? [];
  if (channels.length > 0 || channelIds?.length === 0)
    return refuse("PARTNER_CHANNEL_UNKNOWN", { channels: channels.length > 0 ? channels : "(none chosen)" });
  const facilities = facilityIds?.filter((id) => !known.has(id)) ?? [];
  if (facilities.length > 0 || facilityIds?.length === 0)
    return refuse("PARTNER_FACILITY_UNKNOWN", { facilities: facilities.length > 0 ? facilities : "(none chosen)" });
  return ok({ ...given, baseUrl, events, channelIds, facilityIds });
}

/** A stored secret goes to the address and by the name for which it was entered, and nowhere else. */
function checkCredentials(given: PartnerSettings, before: Partner | undefined): Result<undefined> {
  const { name: partner, headerName: header, username, secret, auth } = given;
  if (!HEADER_NAME.test(header))
    return refuse("PARTNER_HEADER_INVALID", { header, why: "it is not the name of a header" });
  if (TAKEN_HEADERS.test(header))
    return refuse("PARTNER_HEADER_INVALID", { header, why: "it says something else in every request" });
  if (auth === "STATIC_HEADER" && username !== null)
    return refuse("PARTNER_USERNAME_INVALID", { partner, why: "is not used with a static key" });
  if (auth !== "STATIC_HEADER" && username === null)
    return refuse("PARTNER_USERNAME_INVALID", { partner, why: "is missing" });
  if (auth === "TOKEN_BASIC" && username?.includes(":"))
    return refuse("PARTNER_USERNAME_INVALID", { partner, why: "has a colon, which HTTP Basic does not allow" });
  if (secret === null) {
    if (!before) return refuse("PARTNER_SECRET_NEEDED", { partner, why: "there is none yet" });
    const same = new URL(before.baseUrl).origin === new URL(given.baseUrl).origin;
    if (!same) return refuse("PARTNER_SECRET_NEEDED", { partner, why: "it was entered for another server" });
    if (before.auth !== auth || before.username !== username)
      return refuse("PARTNER_SECRET_NEEDED", { partner, why: "it belongs to other credentials" });
    return ok();
  }
  if (auth === "STATIC_HEADER" && !HEADER_VALUE.test(secret)) return refuse("PARTNER_SECRET_INVALID", { partner });
  return ok();
}
