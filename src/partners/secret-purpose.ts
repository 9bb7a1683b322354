import type { PartnerId } from "./partner.ts";

/** Binds a sealed password or key to its partner. */
export function secretPurpose(partnerId: PartnerId): string {
  return `partner:${partnerId}:secret`;
}
