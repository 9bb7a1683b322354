import type { FacilityId, Instant, TenantId, UserId } from "../kernel/index.ts";
import type { Db } from "./db.ts";
import type { DocumentStore } from "./document-store.ts";
import type { Log } from "./log.ts";
import type { Vault } from "./vault.ts";

/** Who does something: shown in the audit trail and on timelines. */
export interface Actor {
  readonly kind: "USER" | "API" | "CHANNEL" | "COURIER" | "SCHEDULE" | "SYSTEM";
  readonly id: UserId | null;
  readonly name: string;
}

/** What does not change between requests of one process. */
export interface Services {
  readonly db: Db;
  readonly log: Log;
  readonly vault: Vault;
  readonly documents: DocumentStore;
  readonly publicUrl: string;
  readonly sourceUrls: ReadonlyMap<string, string>;
  readonly sourcePaths: ReadonlyMap<string, string>;
  readonly allowPrivateUrls: boolean;
  readonly clock: Clock;
}

/** Everything a command may use. `now` is read once, so that one command has one time. */
export interface Ctx extends Services {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly now: Instant;
  readonly requestId: string;
  /** Facilities in which the actor holds the right that this request needs. */
  readonly facilities: "all" | readonly FacilityId[];
}

export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => Temporal.Now.instant() };

/** A context for work that no person started. */
export function systemCtx(services: Services, tenantId: TenantId, name: string, requestId: string): Ctx {
  return {
    ...services,
    tenantId,
    actor: { kind: "SCHEDULE", id: null, name },
    now: services.clock.now(),
    requestId,
    facilities: "all",
  };
}
