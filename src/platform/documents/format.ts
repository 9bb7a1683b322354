/** An amount in hundredths with two decimals and Indian grouping (lakh, crore): 12345678 → "1,23,456.78". */
export function indianAmount(hundredths: number): string {
  const magnitude = Math.abs(hundredths);
  const whole = indianInteger(Math.floor(magnitude / 100));
  return `${hundredths < 0 ? "−" : ""}${whole}.${String(magnitude % 100).padStart(2, "0")}`;
}

/** A whole number with Indian grouping: 1234567 → "12,34,567". */
export function indianInteger(value: number): string {
  const digits = String(Math.abs(value));
  const head = digits.slice(0, -3);
  const grouped = head === "" ? digits : `${head.replace(/\B(?=(\d{2})+$)/g, ",")},${digits.slice(-3)}`;
  return value < 0 ? `−${grouped}` : grouped;
}

/** Basis points as a percentage without needless zeros: 1800 → "18%", 250 → "2.5%". */
export function percent(basisPoints: number): string {
  return `${basisPoints / 100}%`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** An ISO day as people here write it: "2026-04-07" → "07 Apr 2026". */
export function shortDay(isoDay: string): string {
  const [year, month, day] = isoDay.split("-");
  return `${day} ${MONTHS[Number(month) - 1]} ${year}`;
}
