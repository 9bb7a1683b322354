import type { ReportedParcel } from "../../connectors/kit/index.ts";

/** What a package is known by. */
export interface KnownPackage {
  readonly awb: string | null;
  readonly lines: readonly string[];
}

/**
 * The package that a parcel of the channel is: the one with its number, else the only one of its lines. A number that a
 * package has belongs to that package alone; where several packages may be meant, none is. Pure.
 */
export function packageOf<P extends KnownPackage>(
  parcel: Pick<ReportedParcel, "awb" | "channelOrderItemIds">,
  packages: readonly P[],
): P | undefined {
  const awb = parcel.awb?.trim() || null;
  const byNumber = packages.find((each) => awb !== null && each.awb === awb);
  if (byNumber) return byNumber;
  const lines = parcel.channelOrderItemIds;
  const ofLines = packages.filter((each) => lines.length === 0 || lines.some((line) => each.lines.includes(line)));
  const free = ofLines.filter((each) => each.awb === null);
  if (awb !== null && free.length === 1) return free[0];
  return ofLines.length === 1 ? ofLines[0] : undefined;
}
