import { newId, ok, type Result, refuse, type TenantId, type UserId } from "../kernel/index.ts";
import type { Services } from "../platform/context.ts";
import { newToken } from "../platform/vault.ts";
import { attemptSucceeded, openAttempt } from "./attempts.ts";
import { audit } from "./audit.ts";
import { forgetPrincipal, SESSION_DAYS_MAX } from "./authenticate.ts";
import { verifyPassword } from "./password.ts";
import {
  addToDirectory,
  deleteSession,
  findOwner,
  insertSession,
  NO_TENANT,
  readLogin,
  saveLastLogin,
} from "./store.ts";
import { normalUsername } from "./user.ts";

export interface ProvenUser {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly username: string;
  readonly name: string;
}

/**
 * Proves a user by name and password. Refuses in this order: LOGIN_LOCKED, LOGIN_FAILED (also for a name that nobody
 * has and an invitation not yet accepted, after the same work), USER_DISABLED (only to who knows the password).
 */
export async function proveUser(
  services: Services,
  given: { username: string; password: string; address: string | null },
): Promise<Result<ProvenUser>> {
  const username = normalUsername(given.username);
  const key = { username, address: given.address };
  const opened = await openAttempt(services, key);
  if (!opened.ok) return opened;
  // A name that nobody has is looked up and verified like any other: the answer takes as long.
  const owner = (await findOwner(services.db, "USERNAME", username)) ?? { tenantId: NO_TENANT, rowId: NO_TENANT };
  const user = await services.db.read(owner.tenantId, (tx) => readLogin(tx, owner.rowId));
  const proven = await verifyPassword(user?.passwordHash ?? null, given.password);
  if (!proven || !user) return refuse("LOGIN_FAILED");
  await attemptSucceeded(services, key);
  if (user.state !== "ENABLED") return refuse("USER_DISABLED", { username });
  return ok({ tenantId: owner.tenantId, userId: user.userId, username, name: user.name });
}

export interface StartedSession {
  readonly token: string;
  readonly maxAgeSeconds: number;
}

/** Logs a person in: a new session each time (a token planted before the log-in is worth nothing), the former one ends. */
export async function logIn(
  services: Services,
  given: {
    username: string;
    password: string;
    address: string;
    client: string | null;
    formerToken: string | undefined;
    requestId: string;
  },
): Promise<Result<StartedSession>> {
  const proven = await proveUser(services, given);
  if (!proven.ok) return proven;
  if (given.formerToken !== undefined) await logOut(services, given.formerToken);
  const { tenantId, userId, username, name } = proven.value;
  const now = services.clock.now();
  const sessionId = newId<"Session">();
  const token = newToken();
  await services.db.transaction(tenantId, async (tx) => {
    const expiresAt = now.add({ hours: 24 * SESSION_DAYS_MAX });
    await insertSession(tx, { sessionId, userId, csrfToken: newToken(), now, expiresAt, client: given.client });
    await addToDirectory(tx, "SESSION", token, sessionId);
    await saveLastLogin(tx, userId, now);
    await audit(
      tx,
      { actor: { kind: "USER", id: userId, name }, now, requestId: given.requestId },
      { action: "identity.logged_in", recordType: "user", recordId: userId, recordCode: username },
    );
  });
  return ok({ token, maxAgeSeconds: SESSION_DAYS_MAX * 24 * 3600 });
}

/** Ends a session. One that does not exist (any more) is no fault. */
export async function logOut(services: Services, token: string): Promise<void> {
  const owner = await findOwner(services.db, "SESSION", token);
  if (owner) await services.db.transaction(owner.tenantId, (tx) => deleteSession(tx, owner.rowId));
  forgetPrincipal(services.db, token);
}
