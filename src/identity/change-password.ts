import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { audit } from "./audit.ts";
import { forgetPrincipals } from "./authenticate.ts";
import { proveUser } from "./log-in.ts";
import { checkPassword, hashPassword } from "./password.ts";
import { lockUser, revokeAccess, savePassword } from "./store.ts";

/** A logged-in person changes the own password. Every session and token of the user ends, this one too: log in with the new one. */
export async function changePassword(ctx: Ctx, input: { current: string; next: string }): Promise<Result<undefined>> {
  const userId = ctx.actor.id;
  const user = userId && (await ctx.db.transaction(ctx.tenantId, (tx) => lockUser(tx, userId)));
  if (!userId || !user) return refuse("NOT_LOGGED_IN");
  const proven = await proveUser(ctx, { username: user.username, password: input.current, address: null });
  if (!proven.ok) return proven;
  const strong = checkPassword(input.next, user.username);
  if (!strong.ok) return strong;
  const passwordHash = await hashPassword(input.next);
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    await savePassword(tx, userId, passwordHash);
    await revokeAccess(tx, userId);
    await audit(tx, ctx, {
      action: "identity.password_changed",
      recordType: "user",
      recordId: userId,
      recordCode: user.username,
    });
  });
  forgetPrincipals(ctx.db, ctx.tenantId);
  return ok();
}
