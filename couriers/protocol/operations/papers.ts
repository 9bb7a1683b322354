/** Manifests, and the PDFs that the courier gives addresses of. */
import { contractCaller } from "../../../connectors/kit/contract-call.ts";
import {
  badAnswer,
  type Call,
  type ConnectorFailure,
  fail,
  type InAnswer,
  type Outcome,
  succeed,
} from "../../../connectors/kit/index.ts";
import type { CourierManifestAnswer } from "../../kit/index.ts";
import { explain, outcomeOf, readManifest, readManifestRefusal } from "../map/answers.ts";
import { CONTRACT, withToken } from "./send.ts";

/**
 * Asks for one manifest of these numbers. Numbers that stand on another one, or that the courier does not know, come back
 * by name. Not idempotent: asked again, all of them are on a manifest already.
 */
export async function manifest(call: Call, awbs: readonly string[]): Promise<Outcome<CourierManifestAnswer>> {
  const refusal: { value: CourierManifestAnswer | null } = { value: null };
  // A failure keeps words alone; the numbers that a refusal names are read where it is explained.
  const { send } = contractCaller(CONTRACT, (answer) => {
    refusal.value = readManifestRefusal(answer);
    return explain(answer);
  });
  const body = { awbNumbers: [...awbs] };
  const request = { id: "generateManifest" as const, body, idempotent: false };
  const answered = await withToken(call, (headers) => send(call, request, headers));
  if (answered.ok) return outcomeOf(readManifest(answered.value), request, answered.value.status);
  return answered.failure.kind === "refused" && refusal.value !== null ? succeed(refusal.value) : answered;
}

/** Readers of PDF look for its mark in the first kilobyte. */
const MARK_WITHIN = 1_024;

/**
 * A PDF by the address that the courier gave. The token goes along only to the courier's own origin: another host is
 * anybody's, and its refusal is no word about the account.
 */
export async function fetchLabel(call: Call, address: string): Promise<Outcome<Buffer>> {
  if (!URL.canParse(address) || !/^https?:/i.test(address))
    return fail({
      reached: "no",
      kind: "bad_answer",
      channelMessage: `"${address.slice(0, 80)}" is not an address of the web.`,
    });
  const get = (headers: Readonly<Record<string, string>>) =>
    call.send({
      operation: "downloadFile",
      method: "GET",
      path: address,
      expects: "file",
      headers,
      idempotent: true,
      explain,
    });
  const answered = call.isOwn(address) ? await withToken(call, get) : strangers(await get({}));
  if (!answered.ok) return answered;
  const { bytes, status } = answered.value;
  if (bytes.subarray(0, MARK_WITHIN).includes("%PDF-")) return succeed(bytes);
  const begins = JSON.stringify(bytes.subarray(0, 40).toString("latin1"));
  return fail(badAnswer({ idempotent: true }, status, `The courier's file is no PDF: it begins with ${begins}`));
}

function strangers(outcome: Outcome<InAnswer>): Outcome<InAnswer> {
  if (outcome.ok || outcome.failure.kind !== "auth") return outcome;
  const failure: ConnectorFailure = { ...outcome.failure, kind: "refused" };
  return fail(failure);
}
