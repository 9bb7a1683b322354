/** How the marketplace behaves in peace, changed while it runs. */
import { z } from "zod";
import type { SimSettings } from "./types.ts";

const DELAY_MAX_MS = 86_400_000;
const delay = z.int().min(0).max(DELAY_MAX_MS);

export const settingsWish = z.strictObject({
  courierDelayMs: delay.optional(),
  invoiceDelayMs: delay.optional(),
  creditNoteDelayMs: delay.optional(),
});

const DEFAULTS: SimSettings = { courierDelayMs: 0, invoiceDelayMs: 0, creditNoteDelayMs: 0 };

export interface SettingsBox {
  now(): SimSettings;
  change(wish: z.infer<typeof settingsWish>): void;
  /** Back to how the simulator was started. */
  reset(): void;
}

export function createSettings(started: Partial<SimSettings> = {}): SettingsBox {
  const first = { ...DEFAULTS, ...started };
  let now = first;
  return {
    now: () => now,
    change(wish) {
      now = {
        courierDelayMs: wish.courierDelayMs ?? now.courierDelayMs,
        invoiceDelayMs: wish.invoiceDelayMs ?? now.invoiceDelayMs,
        creditNoteDelayMs: wish.creditNoteDelayMs ?? now.creditNoteDelayMs,
      };
    },
    reset() {
      now = first;
    },
  };
}
