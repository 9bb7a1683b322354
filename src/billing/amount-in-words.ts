import { assert, type Paise } from "../kernel/index.ts";

const ONES = [
  "",
  "One",
  "Two",
  "Three",
  "Four",
  "Five",
  "Six",
  "Seven",
  "Eight",
  "Nine",
  "Ten",
  "Eleven",
  "Twelve",
  "Thirteen",
  "Fourteen",
  "Fifteen",
  "Sixteen",
  "Seventeen",
  "Eighteen",
  "Nineteen",
];
const TENS = ["", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"];
/** Indian grouping, largest first; what is left above a crore is said as so many crores ("One Lakh Crore"). */
const GROUPS = [
  [10_000_000, "Crore"],
  [100_000, "Lakh"],
  [1_000, "Thousand"],
  [100, "Hundred"],
] as const;

/**
 * An amount as an Indian invoice says it: "Rupees One Lakh Twenty Three Thousand Four Hundred Fifty Six and Seventy
 * Eight Paise Only". The word "and" stands only before paise, so that it is read one way.
 */
export function amountInWords(amount: Paise): string {
  assert(amount >= 0, "an amount in words is not negative");
  const rupees = Math.floor(amount / 100);
  const rest = amount % 100;
  const unit = rupees === 1 ? "Rupee" : "Rupees";
  if (rest === 0) return `${unit} ${numberInWords(rupees)} Only`;
  const paiseWords = `${numberInWords(rest)} ${rest === 1 ? "Paisa" : "Paise"}`;
  return rupees === 0 ? `${paiseWords} Only` : `${unit} ${numberInWords(rupees)} and ${paiseWords} Only`;
}

/** A whole number in English words, grouped by hundred, thousand, lakh and crore. */
export function numberInWords(n: number): string {
  assert(Number.isSafeInteger(n) && n >= 0, "a number in words is whole and not negative");
  return n === 0 ? "Zero" : words(n);
}

function words(n: number): string {
  if (n < 20) return ONES[n] ?? "";
  if (n < 100) return join(TENS[Math.floor(n / 10)] ?? "", ONES[n % 10] ?? "");
  for (const [size, name] of GROUPS)
    if (n >= size) return join(`${words(Math.floor(n / size))} ${name}`, words(n % size));
  return "";
}

function join(head: string, tail: string): string {
  return tail === "" ? head : `${head} ${tail}`;
}
