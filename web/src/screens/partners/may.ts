import { useMay } from "../../lib/session.ts";

/** Why this person may not change partners, or null. */
export function useNotMySettings(): string | null {
  return useMay()("settings.partners") ? null : "Your roles do not include the settings of partners.";
}

/** Why this person may not send again what failed, or null. */
export function useNotMyResend(): string | null {
  return useMay()("partners.resend") ? null : "Your roles do not include sending to partners again.";
}
