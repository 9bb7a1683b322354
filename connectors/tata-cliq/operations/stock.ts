/** Signing in and stock. */
import { assert } from "../../../src/kernel/index.ts";
import { fail, type OperationTable, succeed } from "../../kit/index.ts";
import { readInventoryResult, toInventory, toInventoryXml } from "../map/answers.ts";
import { readStatusTable } from "../map/states.ts";
import { ownSlaves } from "./orders.ts";
import { renewToken, send, sendXml } from "./send.ts";

/** The setting that says in which form stock is told. */
export const STOCK_FORMAT = "stockFormat";
/** Not published. */
export const STOCK_BATCH_MAX = 50;

/** A new token proves the credentials; the status table must be one that can be read. */
export const verify: OperationTable["verify"] = async (call, step) => {
  const { fault } = readStatusTable(call.fields.statusTable);
  if (fault !== null)
    return fail({ reached: "no", kind: "refused", channelMessage: `The status table cannot be used: ${fault}.` });
  const token = await renewToken(call);
  if (!token.ok) return token;
  step({ title: "Sign in", detail: "Tata CLiQ accepted user and password and gave a token for a day." });
  return succeed({ listings: null });
};

/** Absolute figures, for each store its own; as XML where the seller's account takes that alone. */
export const pushInventory: OperationTable["pushInventory"] = async (call, lines) => {
  assert(lines.length > 0 && lines.length <= STOCK_BATCH_MAX, `a batch has 1 to ${STOCK_BATCH_MAX} figures`);
  const [first = ""] = ownSlaves(call);
  const items = toInventory(lines, first);
  const told =
    call.settings[STOCK_FORMAT] === "XML"
      ? await sendXml(call, toInventoryXml(items))
      : await send(call, {
          id: "updateInventoryJson",
          body: { InventoryUpdate: { Item: [...items] } },
          idempotent: true,
        });
  return told.ok ? succeed(readInventoryResult(told.value, lines, first)) : told;
};
