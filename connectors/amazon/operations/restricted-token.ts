/** Tokens for documents with personal data, each good for one document and about an hour. */
import type { RequestBody } from "../../../contract/types.ts";
import { type Call, type Outcome, succeed } from "../../kit/index.ts";
import { ask } from "./send.ts";

/** Asked for anew so long before it ends: a call under way must not outlive it. */
const MARGIN_SECONDS = 60;
const keyOf = (reportDocumentId: string) => `restricted ${reportDocumentId}`;

/**
 * The token of a report's document. It is kept until it ends: documents are given once a minute, and who has to wait for one
 * would spend another token with each look.
 */
export async function restrictedToken(call: Call, reportDocumentId: string): Promise<Outcome<string>> {
  const [ends = "", ...kept] = (call.memory.get(keyOf(reportDocumentId)) ?? "").split(" ");
  if (kept.length === 1 && Number(ends) > call.now.epochMilliseconds) return succeed(kept.join(""));
  const path = `/reports/2021-06-30/documents/${reportDocumentId}`;
  const body: RequestBody<"amazon", "createRestrictedDataToken"> = { restrictedResources: [{ method: "GET", path }] };
  const made = await ask(call, { id: "createRestrictedDataToken", body, idempotent: true });
  if (!made.ok) return made;
  const { restrictedDataToken = "", expiresIn = 0 } = made.value;
  const until = call.now.epochMilliseconds + (expiresIn - MARGIN_SECONDS) * 1_000;
  call.memory.set(keyOf(reportDocumentId), `${until} ${restrictedDataToken}`);
  return succeed(restrictedDataToken);
}

/** Forgets the token of a document that was given, or that it did not open. */
export function dropRestrictedToken(call: Call, reportDocumentId: string): void {
  call.memory.drop(keyOf(reportDocumentId));
}
