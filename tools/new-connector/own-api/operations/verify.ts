import type { OperationTable } from "../../../../connectors/kit/index.ts";
import { unwritten } from "../../../../connectors/kit/unfinished.ts";

/** Checks the credentials. */
export const verify: OperationTable["verify"] = unwritten(
  "operations/verify.ts",
  "sign in anew (wire.ts: token.renew), make one cheap call with the token, and tell each step as it is done.",
);
