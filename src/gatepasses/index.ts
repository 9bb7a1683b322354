import "./errors.ts";

export { type LineInput, setLines } from "./change-lines.ts";
export { createGatepass } from "./create-gatepass.ts";
export { type DocumentState, documentsOf } from "./document.store.ts";
export {
  GATEPASS_TYPES,
  type GatepassDocumentId,
  type GatepassHeader,
  type GatepassId,
  type GatepassState,
  type GatepassType,
  gatepassLifecycle,
} from "./gatepass.ts";
export { issueGatepass } from "./issue-gatepass.ts";
export { PAPER_KINDS, type PaperKind } from "./paper-rules.ts";
export { pendingTransfers } from "./queries.ts";
export { followPortal as followGatepassPortal } from "./recall-gatepass.ts";
export { gatepassRoutes } from "./routes.ts";
