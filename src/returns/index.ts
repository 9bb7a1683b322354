import "./courier/errors.ts";
import "./errors.ts";
import "./manifest/errors.ts";
import { returnCourierRoutes } from "./courier/routes.ts";
import { returnDeskRoutes } from "./desk-routes.ts";
import { returnManifestRoutes } from "./manifest/routes.ts";
import { reversePickupRoutes } from "./reverse-pickup-routes.ts";
import { returnListRoutes } from "./routes.ts";
import { returnRouteRoutes } from "./routing-routes.ts";

export { type AnnouncedReturn, announceReturn } from "./announce.ts";
export { callOffReturn, callOffReturns } from "./call-off.ts";
export { settleReturnNumber } from "./courier/by-hand.ts";
export { type HeardWord, hearReturnWords } from "./courier/hear.ts";
export { askDueReturns, registerJobs, sweepReturnNumbers } from "./courier/jobs.ts";
export {
  couriersOfReturns,
  dueReturns,
  noteUnansweredReturns,
  noteWatchedReturns,
  returnsByNumbers,
  type TrackedReturn,
  type TravellingReturn,
  travellingReturns,
  type WatchedReturn,
} from "./courier/tracking.store.ts";
export {
  allocateByApi,
  allocateMany,
  followNewReturns,
  wakeReturnCouriers,
  wakeReturnCouriersSoon,
} from "./courier/want.ts";
export { deliveredAfterAll, expectBack, giveUpMissing } from "./expect-back.ts";
export { onReturnReadyForCreditNote, type ReadyReturn } from "./hooks.ts";
export { returnManifestLifecycle } from "./manifest/return-manifest.ts";
export { returnsPutAway } from "./put-away.ts";
export { type Desk, type DeskReceipt, receiveAtDesk } from "./receive-at-desk.ts";
export { reportGrades } from "./report-grades.ts";
export {
  type ReturnCaseId,
  type ReturnKind,
  type ReturnState,
  type ReturnUnitState,
  returnLifecycle,
  returnUnitLifecycle,
} from "./return-case.ts";
export { addReturnRoute } from "./routing.ts";
export { settleReturn } from "./settle.ts";

/** Fixed paths before those with an id in their place. */
export const returnRoutes = [
  ...returnCourierRoutes,
  ...returnDeskRoutes,
  ...returnManifestRoutes,
  ...returnRouteRoutes,
  ...returnListRoutes,
  ...reversePickupRoutes,
];
