/** A moment in UTC. Fields that hold one end in `At` (or `By` for a deadline). */
export type Instant = Temporal.Instant;

/** A business day in a facility's zone. Fields that hold one end in `On`. */
export type LocalDate = Temporal.PlainDate;

/** The zone of Indian marketplaces, and of a facility unless it says otherwise. */
export const INDIA = "Asia/Kolkata";

export function localDate(at: Instant, zone: string): LocalDate {
  return at.toZonedDateTimeISO(zone).toPlainDate();
}

/** India's financial year of a day, named by the year it starts in: 2027-03-31 → 2026, 2027-04-01 → 2027. */
export function financialYear(on: LocalDate): number {
  return on.month >= 4 ? on.year : on.year - 1;
}
