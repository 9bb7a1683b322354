import { type Instant, newId, ok, type Result, refuse, type UserId } from "../kernel/index.ts";
import type { Ctx, Services } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { digest, newToken } from "../platform/vault.ts";
import { audit } from "./audit.ts";
import { forgetPrincipals } from "./authenticate.ts";
import { checkPassword, hashPassword } from "./password.ts";
import {
  addToDirectory,
  deleteOpenLinks,
  findOwner,
  forgetAttempts,
  insertLink,
  lockLink,
  lockUser,
  type OneTimeLink,
  revokeAccess,
  saveLinkUsed,
  savePassword,
} from "./store.ts";
import type { User } from "./user.ts";

const LINK_HOURS = { INVITATION: 72, PASSWORD_RESET: 24 } as const;

/** A link that an administrator copies and hands over: shown this once, kept as a hash. */
export interface IssuedLink {
  readonly link: string;
  readonly purpose: OneTimeLink["purpose"];
  readonly expiresAt: Instant;
}

/** Makes the only open link of a user: earlier ones end. */
export async function issueLink(
  tx: Tx,
  ctx: Ctx,
  user: { userId: UserId; username: string },
  purpose: OneTimeLink["purpose"],
): Promise<IssuedLink> {
  await deleteOpenLinks(tx, user.userId);
  const token = newToken();
  const linkId = newId<"OneTimeLink">();
  const expiresAt = ctx.now.add({ hours: LINK_HOURS[purpose] });
  await insertLink(tx, {
    linkId,
    userId: user.userId,
    purpose,
    expiresAt,
    createdBy: ctx.actor.id,
    createdAt: ctx.now,
  });
  await addToDirectory(tx, "ONE_TIME_LINK", token, linkId);
  await audit(tx, ctx, {
    action: purpose === "INVITATION" ? "identity.invitation_issued" : "identity.password_reset_issued",
    recordType: "user",
    recordId: user.userId,
    recordCode: user.username,
    after: { expiresAt },
  });
  return { link: `${ctx.publicUrl}/one-time/${token}`, purpose, expiresAt };
}

/** A new link for a user who has none: an invitation before the first password, a reset after it. */
export function linkForUser(ctx: Ctx, userId: UserId): Promise<Result<IssuedLink>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const user = await lockUser(tx, userId);
    if (!user) return refuse("NOT_FOUND", { what: "user", id: userId });
    if (user.state === "DISABLED") return refuse("USER_DISABLED", { username: user.username });
    return ok(await issueLink(tx, ctx, user, user.hasPassword ? "PASSWORD_RESET" : "INVITATION"));
  });
}

export interface OpenLink {
  readonly purpose: OneTimeLink["purpose"];
  readonly username: string;
  readonly name: string;
  readonly expiresAt: Instant;
}

/** What the page behind a link shows before the password is chosen. */
export async function lookAtLink(services: Services, token: string): Promise<Result<OpenLink>> {
  const owner = await findOwner(services.db, "ONE_TIME_LINK", token);
  if (!owner) return refuse("LINK_NOT_VALID");
  // A transaction that writes nothing, since reading here locks as `useLink` does.
  return services.db.transaction(owner.tenantId, async (tx) => {
    const found = await lockOpenLink(tx, owner.rowId, services.clock.now());
    if (!found.ok) return found;
    const { link, user } = found.value;
    return ok({ purpose: link.purpose, username: user.username, name: user.name, expiresAt: link.expiresAt });
  });
}

/**
 * Sets the password that goes with a link and uses the link up. Whoever was logged in as this user is logged out, API
 * tokens included: a reset is what one does after a password got into wrong hands.
 */
export async function useLink(
  services: Services,
  input: { token: string; password: string; requestId: string },
): Promise<Result<{ username: string }>> {
  const owner = await findOwner(services.db, "ONE_TIME_LINK", input.token);
  if (!owner) return refuse("LINK_NOT_VALID");
  const looked = await lookAtLink(services, input.token);
  if (!looked.ok) return looked;
  const strong = checkPassword(input.password, looked.value.username);
  if (!strong.ok) return strong;
  const passwordHash = await hashPassword(input.password);
  const now = services.clock.now();
  const used = await services.db.transaction(owner.tenantId, async (tx) => {
    const found = await lockOpenLink(tx, owner.rowId, now);
    if (!found.ok) return found;
    const { link, user } = found.value;
    await saveLinkUsed(tx, link.linkId, now);
    await deleteOpenLinks(tx, user.userId);
    await savePassword(tx, user.userId, passwordHash);
    await revokeAccess(tx, user.userId);
    await forgetAttempts(tx, "USERNAME", digest(user.username));
    await audit(
      tx,
      { actor: { kind: "USER", id: user.userId, name: user.name }, now, requestId: input.requestId },
      { action: "identity.password_set", recordType: "user", recordId: user.userId, recordCode: user.username },
    );
    return ok({ username: user.username });
  });
  forgetPrincipals(services.db, owner.tenantId);
  return used;
}

async function lockOpenLink(tx: Tx, linkId: string, now: Instant): Promise<Result<{ link: OneTimeLink; user: User }>> {
  const link = await lockLink(tx, linkId);
  if (!link || link.usedAt !== null || Temporal.Instant.compare(link.expiresAt, now) <= 0)
    return refuse("LINK_NOT_VALID");
  const user = await lockUser(tx, link.userId);
  return user && user.state !== "DISABLED" ? ok({ link, user }) : refuse("LINK_NOT_VALID");
}
