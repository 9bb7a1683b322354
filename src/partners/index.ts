import "./errors.ts";

export { partnerChecks, partnerGauges } from "./alarms.ts";
export { type NewDelivery, queueDeliveries, wantedBy } from "./deliveries.ts";
export { partnerEventRoutes } from "./events/routes.ts";
export { partnerSchemaFiles } from "./events/schemas.ts";
export { tellPartnersLater } from "./events/tell-later.ts";
export { tellPartners } from "./events/tell-partners.ts";
export { expireDeliveries, registerJobs, startDue } from "./jobs.ts";
export {
  EVENT_TITLES,
  PARTNER_AUTHS,
  PARTNER_EVENTS,
  type Partner,
  type PartnerAuth,
  type PartnerDeliveryId,
  type PartnerEvent,
  type PartnerId,
  type PartnerWish,
} from "./partner.ts";
export { partnerRoutes } from "./routes.ts";
export { addPartner, changePartner, type PartnerSettings, switchPartner } from "./save-partner.ts";
export { closePartnerEngine } from "./send.ts";
export { findPartner, listCodes as partnerCodes } from "./store.ts";
export { type TestResult, testPartner } from "./test-partner.ts";
