import "./errors.ts";

export {
  ACCESS_TOKEN_SECONDS,
  type IssuedTokens,
  issueTokens,
  REFRESH_TOKEN_DAYS,
  refreshTokens,
} from "./api-grant.ts";
export { type AuditEntry, audit, auditAll, withoutSecrets } from "./audit.ts";
export { authenticate } from "./authenticate.ts";
export { type CreatedTenant, createTenant, type InNewTenant, type NewTenant } from "./create-tenant.ts";
export { ensureFirstRunLink, firstRun } from "./first-run.ts";
export { goLive, tenantWentLiveJob } from "./go-live.ts";
export { createUser, inviteUser, type NewUser } from "./invite-user.ts";
export { registerJobs } from "./jobs.ts";
export { firstRunRoutes, identityPublicRoutes } from "./public-routes.ts";
export {
  isRole,
  PERMISSIONS,
  type Permission,
  ROLE_CODES,
  ROLES,
  type Role,
  type RoleCode,
  type RoleGrant,
  rightsOf,
} from "./roles.ts";
export { identityRoutes } from "./routes.ts";
export { readTenantSetting, type TenantSetting, tenantSetting } from "./settings.ts";
export { decideFacilities, EDITIONS, type Edition, facilitiesMax, type Tenant } from "./tenant.ts";
export { refuseFacilityBeyondEdition, refuseUnlessLive, tenantIsLive } from "./tenant-state.ts";
export { type IssuedLink, linkForUser } from "./user-link.ts";
