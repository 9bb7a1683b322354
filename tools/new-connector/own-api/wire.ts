/** The one way out to Starter Source: each call is checked by its contract on the way out and in, and carries the token. */

import { contractCaller, tokenKeeper } from "../../../connectors/kit/contract-call.ts";
import { type Call, type InAnswer, type Outcome, succeed } from "../../../connectors/kit/index.ts";
import { isJson } from "../../../contract/compile.ts";
import { STARTER_SOURCE_CONTRACT } from "./contract/index.ts";

export const { ask, askRows } = contractCaller(STARTER_SOURCE_CONTRACT, explain);

export const token = tokenKeeper({ make: signIn, headers: (value) => ({ authorization: `Bearer ${value}` }) });

async function signIn(call: Call): Promise<Outcome<string>> {
  const { username = "", password = "" } = call.fields;
  const answered = await ask(call, { id: "signIn", body: { username, password }, idempotent: true }, {});
  return answered.ok ? succeed(answered.value.token) : answered;
}

/** Its errors are `{code, message}`. */
function explain({ json }: InAnswer): { code?: string; message?: string } {
  if (!isJson(json)) return {};
  return {
    ...(typeof json.code === "string" ? { code: json.code } : {}),
    ...(typeof json.message === "string" ? { message: json.message } : {}),
  };
}
