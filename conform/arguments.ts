/** The arguments of `./godown conform`, of all protocols together, and how their values are read. */
import { parseArgs } from "node:util";

const ARGUMENTS = {
  protocol: { type: "string" },
  "base-url": { type: "string" },
  /** The same, shorter. */
  url: { type: "string" },
  username: { type: "string" },
  password: { type: "string" },
  write: { type: "boolean" },
  json: { type: "boolean" },
  only: { type: "string", multiple: true },
  timeout: { type: "string" },
  help: { type: "boolean", short: "h" },
  // marketplace
  "order-id": { type: "string", multiple: true },
  pages: { type: "string" },
  facility: { type: "string" },
  // partner
  auth: { type: "string" },
  "header-name": { type: "string" },
  // courier
  pincode: { type: "string" },
  "pickup-pincode": { type: "string" },
  "unserviceable-pincode": { type: "string" },
  "pickup-id": { type: "string" },
} as const;

export type Given = ReturnType<typeof parseArguments>;
export type ArgumentName = keyof typeof ARGUMENTS;

/** @throws an error in words for what there is not */
export function parseArguments(args: readonly string[]) {
  return parseArgs({ args: [...args], options: ARGUMENTS, strict: true, allowPositionals: false }).values;
}

/** One by one, or several with commas. */
export function listed(values: readonly string[] | undefined): string[] {
  return (values ?? [])
    .flatMap((value) => value.split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

export function readWhole(
  name: string,
  text: string | undefined,
  otherwise: number,
  min: number,
  max: number,
): number | string {
  if (text === undefined) return otherwise;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : `${name} is a whole number from ${min} to ${max}, not "${text}".`;
}
