export { type AuditEntry, audit, withoutSecrets } from "./audit.ts";
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
