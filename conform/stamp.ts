/** The run's own mark in all codes that it makes up: unlike that of a run in another second. */
export function stampOf(startedAt: Temporal.Instant): string {
  return Math.floor(startedAt.epochMilliseconds / 1_000)
    .toString(36)
    .toUpperCase();
}
