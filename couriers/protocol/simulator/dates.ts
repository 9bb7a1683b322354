/** Times as the protocol writes them. Written apart from the connector's, so that a mistake there is no rule here. */
const ZONE = "Asia/Kolkata";
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

const two = (part: number) => String(part).padStart(2, "0");

/** `05-Aug-2023 03:52:09`: answers of the courier. */
export function courierTime(at: string): string {
  const there = Temporal.Instant.from(at).toZonedDateTimeISO(ZONE);
  const month = MONTHS.slice(there.month * 3 - 3, there.month * 3);
  return `${two(there.day)}-${month}-${there.year} ${two(there.hour)}:${two(there.minute)}:${two(there.second)}`;
}

/** `2023-09-18 00:14:39`: pushes to the hub. */
export function hubTime(at: string): string {
  const there = Temporal.Instant.from(at).toZonedDateTimeISO(ZONE).toPlainDateTime();
  return there.toString({ smallestUnit: "second" }).replace("T", " ");
}
