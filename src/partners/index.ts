export { type NewDelivery, queueDeliveries, wantedBy } from "./deliveries.ts";
export { tellPartners } from "./events/tell-partners.ts";
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
