import type { FacilityId, TenantId } from "../../kernel/index.ts";
import type { Actor } from "../context.ts";

/** Who is calling, and what they may do where. */
export interface Principal {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  /** By right: everywhere, or in these facilities. A right that is absent is not held. */
  readonly rights: ReadonlyMap<string, "all" | readonly FacilityId[]>;
  /** Token that changing calls of a cookie session must repeat in `x-csrf`; null for callers without a cookie. */
  readonly csrf: string | null;
}
