import type { Instant } from "../../kernel/index.ts";

/** When a courier is asked, from how often it is to be asked about a parcel. */
export interface Pace {
  /** Parcels that were asked about later than this are not asked about in this round. */
  readonly askedBefore: Instant;
  /** A parcel that the courier pushed about since then is asked about less often: it tells by itself. But for why a delivery failed. */
  readonly pushedSince: Instant;
  /** Of those: asked about or told of later than this is recent enough. */
  readonly heardBefore: Instant;
  /** What is back at the seller, lost or damaged by the courier's word: one that was asked about later than this rests. */
  readonly restedBefore: Instant;
  /** Nobody is asked about parcels for ever: those older than this have got lost in the books. */
  readonly youngerThan: Instant;
}

/** A round may begin a little before the last one is a full pace ago: it took its own time. */
const EARLY_SHARE = 4;
const PUSHED_TIMES_SLOWER = 4;
const PUSHED_TRUSTED_HOURS = 48;
const REST_HOURS = 24;
const ASKED_FOR_DAYS = 60;

/** Pure. @param everyMinutes how often the courier may be asked about a parcel */
export function paceOf(now: Instant, everyMinutes: number): Pace {
  const full = everyMinutes * 60;
  return {
    askedBefore: now.subtract({ seconds: full - Math.floor(full / EARLY_SHARE) }),
    pushedSince: now.subtract({ hours: PUSHED_TRUSTED_HOURS }),
    heardBefore: now.subtract({ seconds: full * PUSHED_TIMES_SLOWER }),
    restedBefore: now.subtract({ hours: REST_HOURS }),
    youngerThan: now.subtract({ hours: 24 * ASKED_FOR_DAYS }),
  };
}

const RETRY_MINUTES = [2, 5, 15, 30] as const;

/** How long to wait after so many failures in a row: growing, and never longer than the pace itself. Pure. */
export function pauseMinutes(failures: number, everyMinutes: number): number {
  const wait = RETRY_MINUTES[Math.min(failures, RETRY_MINUTES.length) - 1] ?? RETRY_MINUTES[0];
  return Math.min(wait, everyMinutes);
}
