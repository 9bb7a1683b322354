import { audit } from "../identity/index.ts";
import { type Instant, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { PartnerId } from "./partner.ts";
import { startAnew } from "./save-partner.ts";
import { secretPurpose } from "./secret-purpose.ts";
import { ANSWER_TIMEOUT_MS, type Attempt, fetchToken, type PartnerTarget, sendEmpty } from "./send.ts";
import { findPartner, lockPartner } from "./store.ts";

/** What was tried, and what came back. */
export interface TestResult {
  readonly good: boolean;
  /** TOKEN: a token was asked for. EMPTY_EVENT: `{}` was sent to /invoiced, marked as a test. */
  readonly tried: "TOKEN" | "EMPTY_EVENT";
  readonly at: Instant;
  readonly durationMs: number;
  readonly method: "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number | null;
  readonly answer: unknown;
  /** What it means, for people. */
  readonly words: string;
}

/**
 * Tries the stored credentials. Where a token is asked for, that is the test and nothing else is sent. A static key can only be
 * proved by a call that carries it: `{}` goes to /invoiced with `X-Godown-Test: yes`. There is nothing in it that a partner could
 * book; a no from its business proves the key as well as a yes. A good test opens a line that was held back. Refuses PARTNER_NOT_FOUND.
 */
export async function testPartner(ctx: Ctx, partnerId: PartnerId): Promise<Result<TestResult>> {
  const partner = await ctx.db.read(ctx.tenantId, (tx) => findPartner(tx, partnerId));
  if (!partner) return refuse("PARTNER_NOT_FOUND", { partner: partnerId });
  const secret = ctx.vault.open(partner.sealed, secretPurpose(partnerId));
  const target: PartnerTarget = { ...partner, secret, timeoutMs: ANSWER_TIMEOUT_MS };
  const result = partner.auth === "STATIC_HEADER" ? await tryKey(ctx, target) : await tryToken(ctx, target);
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const now = await lockPartner(tx, partnerId);
    if (!now) return;
    const { good, tried, status, words } = result;
    await audit(tx, ctx, {
      ...{ action: "partners.tested", recordType: "partner", recordId: partnerId, recordCode: now.code },
      after: { good, tried, status, words },
    });
    // Other settings by now were not what was tested.
    if (good && now.enabled && now.credentialsVersion === partner.credentialsVersion) await startAnew(tx, ctx, now);
  });
  return ok(result);
}

async function tryToken(ctx: Ctx, target: PartnerTarget): Promise<TestResult> {
  const { token, attempt } = await fetchToken(ctx, target);
  const words = token === null ? (attempt.message ?? "No token.") : "The partner gave a token.";
  return { good: token !== null, tried: "TOKEN", words, ...told(attempt) };
}

async function tryKey(ctx: Ctx, target: PartnerTarget): Promise<TestResult> {
  const attempt = await sendEmpty(ctx, target);
  const { good, words } = readKeyTest(attempt);
  const said = attempt.message === null || attempt.status === null ? "" : ` It said: ${attempt.message}`;
  return { good, tried: "EMPTY_EVENT", words: `${words}${said}`, ...told(attempt) };
}

/** What the answer to an empty event says of the key. */
function readKeyTest({ status, outcome, message }: Attempt): { good: boolean; words: string } {
  if (status === null) return { good: false, words: message ?? "No answer." };
  if (status === 401 || status === 403) return { good: false, words: `The partner refuses the key (HTTP ${status}).` };
  if (status === 404)
    return { good: false, words: "There is nothing at this address (HTTP 404). Is the base URL right?" };
  const answered = outcome === "DELIVERED" || (outcome === "REFUSED" && (status < 300 || status >= 400));
  return answered
    ? { good: true, words: `The partner took the key and answered an empty event with HTTP ${status}, as it may.` }
    : { good: false, words: `HTTP ${status} is not how a partner's /invoiced answers.` };
}

function told({ at, durationMs, url, headers, status, answer }: Attempt) {
  return { at, durationMs, method: "POST" as const, url, headers, status, answer };
}
