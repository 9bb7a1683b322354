/** The checks of the marketplace protocol, as its own files name them. */
import type { OperationId } from "../../contract/types.ts";
import type { Check as AnyCheck } from "../check.ts";
import type { Session } from "./session.ts";

export { type Findings, failed, findings, pass, skip, type Verdict } from "../check.ts";

export type MarketplaceOperation = OperationId<"marketplace">;
export type Check = AnyCheck<Session, MarketplaceOperation>;
