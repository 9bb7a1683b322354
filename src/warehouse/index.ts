import "./errors.ts";

export { lockShelves, type ShelfUse, setCounting } from "./counting.store.ts";
export {
  type Address,
  type BillingPartyInput,
  type FacilityInput,
  TRACEABILITIES,
  type Traceability,
} from "./facility.ts";
export { type FirstFacilityInput, makeFirstFacility } from "./first-facility.ts";
export { checkGstinState, type Gstin, gstinCheckCharacter, parseGstin } from "./gstin.ts";
export { onFacilitySwitched, onSeriesChanged } from "./hooks.ts";
export { DOCUMENT_TYPES, type DocumentType } from "./invoice-series.ts";
export { isArmyPost, parsePincode, pincodeFitsState, statesOfPincode } from "./pincode.ts";
export { warehouseRoutes } from "./routes.ts";
export { saveBillingParty } from "./save-billing-party.ts";
export { createFacility, createFacilityIn, DEFAULT_SHELF, mayWorkIn, updateFacility } from "./save-facility.ts";
export { createSeries, createSeriesIn, previewSeries, updateSeries } from "./save-series.ts";
export { changeShelf, createShelf, enableShelf, type ShelfChange } from "./save-shelf.ts";
export { saveShelfType } from "./save-shelf-type.ts";
export {
  type ShelfId,
  type ShelfRow,
  type ShelfTypeId,
  type ShelfTypeInput,
  shelfById,
  shelvesByCode,
} from "./shelves.store.ts";
export {
  currentState,
  isUnionTerritoryWithoutLegislature,
  STATES,
  type State,
  type StateCode,
  stateByCode,
  stateByName,
} from "./states.ts";
export {
  type BillingPartyId,
  type BillingPartyRow,
  billingPartyById,
  type FacilityRef,
  type FacilityRow,
  facilityById,
  facilityRefs,
  type InvoiceSeriesId,
  type SeriesOwner,
} from "./store.ts";
export { type NumberCheck, type NumberRequest, type TakenNumber, takeNumber, takeNumbers } from "./take-number.ts";
