import { timingSafeEqual } from "node:crypto";
import type { Instant, Result, ShippingPackageId, TenantId } from "../../kernel/index.ts";
import { ok, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Vault } from "../../platform/vault.ts";

/** What a link says: the label of which package, until when. */
export interface LabelLink {
  readonly tenantId: TenantId;
  readonly shippingPackageId: ShippingPackageId;
  /** Seconds since 1970. */
  readonly expires: number;
}

/** A link that shows a package's label to whoever has it, until it expires. Nobody without the key can make one. */
export function signedLabelUrl(
  ctx: Pick<Ctx, "vault" | "publicUrl" | "tenantId">,
  shippingPackageId: ShippingPackageId,
  expiresAt: Instant,
): string {
  const { tenantId } = ctx;
  const link = { tenantId, shippingPackageId, expires: Math.floor(expiresAt.epochMilliseconds / 1000) };
  const path = `/api/v1/public/labels/${tenantId}/${shippingPackageId}/label.pdf`;
  return `${ctx.publicUrl}${path}?expires=${link.expires}&signature=${signatureOf(ctx.vault, link)}`;
}

/** Refusals: LABEL_LINK_REFUSED (not one of ours, or changed), LABEL_LINK_EXPIRED. */
export function checkLabelLink(vault: Vault, link: LabelLink, signature: string, now: Instant): Result<undefined> {
  const expected = Buffer.from(signatureOf(vault, link));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return refuse("LABEL_LINK_REFUSED");
  if (link.expires * 1000 <= now.epochMilliseconds)
    return refuse("LABEL_LINK_EXPIRED", {
      until: Temporal.Instant.fromEpochMilliseconds(link.expires * 1000).toString(),
    });
  return ok();
}

function signatureOf(vault: Vault, { tenantId, shippingPackageId, expires }: LabelLink): string {
  return vault.sign(`label-pdf ${tenantId} ${shippingPackageId} ${expires}`);
}
