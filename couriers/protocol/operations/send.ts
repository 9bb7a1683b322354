/** Calls of the courier protocol: by its contract, with the account's token. */
import { contractCaller, tokenKeeper } from "../../../connectors/kit/contract-call.ts";
import { type Call, type ConnectorFailure, fail, type Outcome, succeed } from "../../../connectors/kit/index.ts";
import { explain } from "../map/answers.ts";
import { textSetting } from "../settings.ts";

export const CONTRACT = "shipping-provider";

export const { send, ask } = contractCaller(CONTRACT, explain);

/**
 * How long a token lives is not said (a FAQ of 2020 has one asked for with every call): it is kept until it is refused with
 * 401, then asked for anew once.
 */
const { renew, withToken: withBareToken } = tokenKeeper({ make, headers: (token) => ({ authorization: token }) });

export { renew };

/** Makes a call with the token in `Authorization`, bare or after "Bearer" as the account's settings say. */
export function withToken<T>(
  call: Call,
  make: (headers: Readonly<Record<string, string>>) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const prefix = textSetting(call, "tokenPrefix");
  return withBareToken(call, ({ authorization = "" }) =>
    make({ authorization: prefix === "" ? authorization : `${prefix} ${authorization}` }),
  );
}

async function make(call: Call): Promise<Outcome<string>> {
  const { username = "", password = "" } = call.fields;
  const answered = await ask(call, { id: "getShipperToken", body: { username, password }, idempotent: true }, {});
  if (!answered.ok) return answered;
  const { status, token } = answered.value;
  if (status !== "SUCCESS") return fail(refused(status));
  if (token !== undefined && token.trim() !== "") return succeed(token.trim());
  const channelMessage = "The answer does not fit getShipperToken: token is required where status is SUCCESS";
  return fail({ reached: "yes", kind: "bad_answer", channelMessage });
}

/** Wrong credentials come with HTTP 200. */
function refused(channelCode: string): ConnectorFailure {
  const channelMessage = `The courier refused user name and password (${channelCode}).`;
  return { reached: "yes", kind: "auth", channelCode, channelMessage };
}
