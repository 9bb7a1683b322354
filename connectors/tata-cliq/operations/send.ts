/** One call of Tata CLiQ's, with the seller's token, checked by our contract on the way out and in. */
import type { OperationId, PathOf, ResponseBody } from "../../../contract/types.ts";
import { operation } from "../../../contract/validators.ts";
import { type ContractRequest, contractCaller, tokenKeeper } from "../../kit/contract-call.ts";
import { type Call, type Fetched, fail, type InAnswer, type Outcome, succeed } from "../../kit/index.ts";
import { isJson, textMember } from "../../protocol/map/json.ts";
import { fetchedOf } from "../../protocol/operations/send.ts";
import { TATA_CLIQ_CONTRACT } from "../contract/index.ts";

type Name = OperationId<"tata-cliq">;

const caller = contractCaller(TATA_CLIQ_CONTRACT, explain);

/** A token lives about a day: it is asked for again when it is refused. */
const tokens = tokenKeeper({
  make: async (call) => {
    const { sellerId = "", username = "", password = "", apiKey = "" } = call.fields;
    const body = { userName: username, password, ...(apiKey === "" ? {} : { apiKey }) };
    const made = await caller.ask(call, { id: "issueToken", path: { sellerId }, body, idempotent: true }, {});
    return made.ok ? succeed(made.value.access_token) : made;
  },
  headers: (token) => ({ authorization: `Bearer ${token}` }),
});

export const renewToken = tokens.renew;

/** Every path begins with the seller's id. */
type Wish<O extends Name> = Omit<ContractRequest<"tata-cliq", O>, "path"> & {
  readonly path?: Omit<PathOf<"tata-cliq", O>, "sellerId">;
};

function requestOf<O extends Name>(call: Call, wish: Wish<O>): ContractRequest<"tata-cliq", O> {
  const path = { sellerId: call.fields.sellerId ?? "", ...wish.path };
  return { ...wish, path } as unknown as ContractRequest<"tata-cliq", O>; // the compiler cannot put the two halves of a path together
}

/** Sends; the answer is what the contract says, or a failure. */
export function send<O extends Name>(call: Call, wish: Wish<O>): Promise<Outcome<ResponseBody<"tata-cliq", O, 200>>> {
  return tokens.withToken(call, (headers) => caller.ask(call, requestOf(call, wish), headers));
}

/** Sends; the answer as it came. */
export function sendRaw<O extends Name>(call: Call, wish: Wish<O>): Promise<Outcome<InAnswer>> {
  return tokens.withToken(call, (headers) => caller.send(call, requestOf(call, wish), headers));
}

/** Sends a question for something that may not be there yet (404, 202). */
export async function sendForFetched<O extends Name>(
  call: Call,
  wish: Wish<O>,
): Promise<Outcome<Fetched<ResponseBody<"tata-cliq", O, 200>>>> {
  const sent = fetchedOf(await sendRaw(call, wish));
  if (!sent.ok) return sent;
  if (sent.value.state === "NOT_YET") return succeed(sent.value);
  const answer = sent.value.value;
  const checked = operation(TATA_CLIQ_CONTRACT, wish.id).response(200, answer.json);
  if (checked.ok) return succeed({ state: "READY", value: checked.value });
  const words = checked.errors.map(({ path, message }) => `${path} ${message}`).join("; ");
  return fail({ reached: "yes", kind: "bad_answer", channelMessage: `The answer does not fit ${wish.id}: ${words}` });
}

/** Stock as XML: the one body that is no JSON. */
export function sendXml(
  call: Call,
  bytes: Buffer,
): Promise<Outcome<ResponseBody<"tata-cliq", "updateInventoryXml", 200>>> {
  const of = operation(TATA_CLIQ_CONTRACT, "updateInventoryXml");
  return tokens.withToken(call, async (headers) => {
    const sent = await call.send({
      operation: of.id,
      method: of.method,
      path: call.path(of.id, of.path).replaceAll("{sellerId}", encodeURIComponent(call.fields.sellerId ?? "")),
      headers,
      raw: { type: "application/xml", bytes },
      idempotent: true,
      explain,
    });
    if (!sent.ok) return sent;
    const checked = of.response(200, sent.value.json);
    if (checked.ok) return succeed(checked.value);
    return fail({ reached: "yes", kind: "bad_answer", channelMessage: `The answer does not fit ${of.id}.` });
  });
}

function explain({ json }: InAnswer): { code?: string; message?: string } {
  if (!isJson(json)) return {};
  const [code, message] = [textMember(json, "code"), textMember(json, "message")];
  return { ...(code === null ? {} : { code }), ...(message === null ? {} : { message }) };
}
