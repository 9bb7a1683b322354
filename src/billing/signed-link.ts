import { timingSafeEqual } from "node:crypto";
import type { Instant, InvoiceId, Result, TenantId } from "../kernel/index.ts";
import { ok, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Vault } from "../platform/vault.ts";

/** What a link says: which invoice, until when. */
export interface InvoiceLink {
  readonly tenantId: TenantId;
  readonly invoiceId: InvoiceId;
  /** Seconds since 1970. */
  readonly expires: number;
}

/** A link that shows the invoice's PDF to whoever has it, until it expires. Nobody without the key can make one. */
export function signedInvoiceUrl(
  ctx: Pick<Ctx, "vault" | "publicUrl" | "tenantId">,
  invoiceId: InvoiceId,
  expiresAt: Instant,
): string {
  const link = { tenantId: ctx.tenantId, invoiceId, expires: Math.floor(expiresAt.epochMilliseconds / 1000) };
  const path = `/api/v1/public/invoices/${link.tenantId}/${invoiceId}/invoice.pdf`;
  return `${ctx.publicUrl}${path}?expires=${link.expires}&signature=${signatureOf(ctx.vault, link)}`;
}

/** Refusals: INVOICE_LINK_REFUSED (not one of ours, or changed), INVOICE_LINK_EXPIRED. */
export function checkInvoiceLink(vault: Vault, link: InvoiceLink, signature: string, now: Instant): Result<undefined> {
  const expected = Buffer.from(signatureOf(vault, link));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return refuse("INVOICE_LINK_REFUSED");
  if (link.expires * 1000 <= now.epochMilliseconds)
    return refuse("INVOICE_LINK_EXPIRED", {
      until: Temporal.Instant.fromEpochMilliseconds(link.expires * 1000).toString(),
    });
  return ok();
}

function signatureOf(vault: Vault, { tenantId, invoiceId, expires }: InvoiceLink): string {
  return vault.sign(`invoice-pdf ${tenantId} ${invoiceId} ${expires}`);
}
