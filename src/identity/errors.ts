import { defineRefusals } from "../platform/refusals.ts";

export const identityRefusals = defineRefusals("identity", {
  LOGIN_FAILED: {
    status: 401,
    message: "The user name or the password is wrong.",
    whatToDo: "Type both again. An administrator can give you a link to set a new password under Settings > Users.",
  },
  LOGIN_LOCKED: {
    status: 429,
    message: "Too many wrong passwords for this {what}: log-in is locked for {wait}.",
    whatToDo: "Wait {wait} and try again, or ask an administrator to unlock you under Settings > Users.",
  },
  USER_DISABLED: {
    status: 403,
    message: "The user {username} is disabled.",
    whatToDo: "Ask an administrator to enable the user under Settings > Users.",
  },
  REFRESH_TOKEN_NOT_VALID: {
    status: 400,
    message: "The refresh token is unknown, older than 30 days, or its user was disabled.",
    whatToDo: "Ask for a new access token with user name and password.",
  },
  USERNAME_TAKEN: {
    status: 409,
    message: "The user name {username} is already in use on this installation.",
    whatToDo: "Choose another one; a mail address is unique by itself.",
  },
  PASSWORD_TOO_WEAK: {
    status: 422,
    message: "The password is too weak: {detail}.",
    whatToDo: "Use 10 characters or more that are not your user name; a sentence of a few words is good.",
  },
  ROLE_FACILITY_UNKNOWN: {
    status: 422,
    message: "There is no facility {facilityIds} to give a role in.",
    whatToDo: "Choose facilities from the list; one of them may have been removed meanwhile.",
  },
  LAST_ADMIN: {
    status: 409,
    message: "{username} is the last enabled administrator of {tenant}.",
    whatToDo: "Give another enabled user the role Admin for all facilities first.",
  },
  LINK_NOT_VALID: {
    status: 404,
    message: "This link is not valid: it was used, has expired, or was replaced by a newer one.",
    whatToDo: "Ask an administrator for a new link under Settings > Users.",
  },
  TENANT_NOT_LIVE: {
    status: 409,
    message: "Sync not allowed as Tenant is not Live yet",
    whatToDo: "Press Go live under Settings > Tenant when channels, stock and listings are ready.",
  },
  TENANT_CODE_TAKEN: {
    status: 409,
    message: "The tenant code {code} is already in use on this installation.",
    whatToDo: "Choose another code.",
  },
  EDITION_FACILITY_LIMIT: {
    status: 409,
    message: "The edition {edition} has room for {facilitiesMax} enabled facilities; this would make {facilities}.",
    whatToDo: "Disable a facility, or change the edition under Settings > Tenant.",
  },
  SETTING_UNKNOWN: {
    status: 422,
    message: "There is no tenant setting {name}.",
    whatToDo: "Use the names that GET /api/v1/tenant lists.",
  },
  SETTING_VALUE: {
    status: 422,
    message: "The setting {name} does not take this value: {detail}.",
    whatToDo: "Correct the value.",
  },
  FIRST_RUN_LINK_NOT_VALID: {
    status: 404,
    message: "This set-up link is not valid: it was used, has expired, or was replaced at a later start.",
    whatToDo: "Use the link that the server printed last; restart the server to get a new one.",
  },
  FIRST_RUN_OVER: {
    status: 409,
    message: "This installation is already set up.",
    whatToDo: "Log in; an administrator can invite you under Settings > Users.",
  },
});
