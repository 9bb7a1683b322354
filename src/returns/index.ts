import "./errors.ts";
import "./manifest/errors.ts";

export { type AnnouncedReturn, announceReturn } from "./announce.ts";
export { onReturnReadyForCreditNote, type ReadyReturn } from "./hooks.ts";
export { returnsPutAway } from "./put-away.ts";
export {
  type ReturnCaseId,
  type ReturnKind,
  type ReturnState,
  type ReturnUnitState,
  returnLifecycle,
  returnUnitLifecycle,
} from "./return-case.ts";
export { settleReturn } from "./settle.ts";
