import { createNicPortal } from "../../connectors/nic/index.ts";
import { installInvoicePortal } from "../e-invoice/index.ts";
import type { Clock } from "../platform/context.ts";
import type { PortalPlace } from "../platform/portal-place.ts";

/** The portal that documents are reported to, by the operator's word; without one nothing can be reported. */
export function openInvoicePortal(place: PortalPlace | null, clock: Clock): void {
  installInvoicePortal(place === null ? null : nicAt(place, clock));
}

function nicAt({ url: baseUrl, key: portalKey, signingKeys, paths }: PortalPlace, clock: Clock) {
  return createNicPortal({ baseUrl, portalKey, signingKeys, paths, now: () => clock.now() });
}
