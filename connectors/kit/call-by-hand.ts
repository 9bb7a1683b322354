/** For tests of operations: the outside world by hand. What is sent is kept, what is answered is given. */
import type { Instant } from "../../src/kernel/index.ts";
import type { Call, InAnswer, OutRequest } from "./connector.ts";
import { fail, type Outcome } from "./failure.ts";
import { judge } from "./http.ts";

/** An answer by its JSON body, or by bytes that are whatever they are. */
export interface GivenAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly bytes?: Buffer;
}

export interface CallByHand {
  readonly call: Call;
  readonly sent: OutRequest[];
}

/**
 * A call whose answers stand ready by the name of the request; asked for more than there are, nobody was reached. A token is
 * given by itself (token-1, ...) where `answers` says nothing of tokens. The source's own origin is https://own.example.in.
 */
export function callByHand(
  now: Instant,
  answers: Readonly<Record<string, readonly GivenAnswer[]>>,
  fields: Readonly<Record<string, string>> = { username: "seller", password: "secret" },
  settings: Call["settings"] = {},
): CallByHand {
  const sent: OutRequest[] = [];
  const memory = new Map<string, string>();
  const queue = new Map(Object.entries(answers).map(([name, list]) => [name, [...list]]));
  const call: Call = {
    fields,
    settings,
    now,
    send: async (out): Promise<Outcome<InAnswer>> => {
      sent.push(out);
      if (out.operation === "getAuthentication" && !queue.has("getAuthentication"))
        return judge(out, inAnswer({ body: { status: "SUCCESS", accessToken: `token-${sent.length}` } }));
      const next = queue.get(out.operation)?.shift();
      return next ? judge(out, inAnswer(next)) : fail({ reached: "no", kind: "transient" });
    },
    path: (_, otherwise) => otherwise,
    isOwn: (address) => URL.canParse(address) && new URL(address).origin === "https://own.example.in",
    once: (_, make) => make(),
    memory: { get: (k) => memory.get(k), set: (k, v) => void memory.set(k, v), drop: (k) => void memory.delete(k) },
  };
  return { call, sent };
}

function inAnswer({ status = 200, body, bytes }: GivenAnswer): InAnswer & { readonly isJson: boolean } {
  if (bytes !== undefined) return { status, headers: {}, json: null, isJson: false, bytes };
  return { status, headers: {}, json: body, isJson: true, bytes: Buffer.from(JSON.stringify(body)) };
}
