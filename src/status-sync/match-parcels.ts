import type { ReportedParcel } from "../../connectors/kit/index.ts";

/** What a package is known by. */
export interface KnownPackage {
  readonly awb: string | null;
  /** It left from here. */
  readonly isGone: boolean;
  readonly lines: readonly string[];
}

type Parcel = Pick<ReportedParcel, "awb" | "channelOrderItemIds">;

/** A parcel of the channel, and a package that it is or that travels in it. */
export interface Match<R, P> {
  readonly parcel: R;
  readonly ours: P;
  /** Lines of the package that the channel speaks of lie elsewhere there: what ends the parcel does not end the package. */
  readonly partly: boolean;
}

/**
 * The packages that parcels of one order are. The first is the one with the parcel's number, else the only one of its lines; a
 * number that a package has belongs to that package. Packages without a number of their own travel in a parcel that has all of
 * their lines. Where the channel names no number, its words stand by the lines alone: they are said of every package that has
 * one of them. A line that lies in several packages names none: it tells only of those that left, where all of their lines
 * are meant. A parcel with neither number nor lines is the only package's. Pure.
 */
export function matchParcels<R extends Parcel, P extends KnownPackage>(
  parcels: readonly R[],
  packages: readonly P[],
): Match<R, P>[] {
  const told = new Set(parcels.flatMap((each) => (numberOf(each) === null ? each.channelOrderItemIds : [])));
  return parcels.flatMap((parcel) =>
    numberOf(parcel) === null && parcel.channelOrderItemIds.length > 0
      ? byLines(parcel, packages, told)
      : byNumber(parcel, packages),
  );
}

function byNumber<R extends Parcel, P extends KnownPackage>(parcel: R, packages: readonly P[]): Match<R, P>[] {
  const awb = numberOf(parcel);
  const lines = parcel.channelOrderItemIds;
  const ofLines = packages.filter((each) => lines.length === 0 || each.lines.some((line) => lines.includes(line)));
  const free = ofLines.filter((each) => each.awb === null);
  const named = packages.find((each) => awb !== null && each.awb === awb);
  const first = named ?? (awb !== null && free.length === 1 ? free[0] : undefined);
  const within = free.filter((each) => each.lines.every((line) => lines.includes(line) && !isShared(line, packages)));
  const ours = new Set(first ? [first, ...within] : within);
  if (ours.size === 0 && ofLines.length === 1) for (const each of ofLines) ours.add(each);
  return [...ours].map((each) => ({ parcel, ours: each, partly: false }));
}

function byLines<R extends Parcel, P extends KnownPackage>(
  parcel: R,
  packages: readonly P[],
  told: ReadonlySet<string>,
): Match<R, P>[] {
  const isIn = (line: string) => parcel.channelOrderItemIds.includes(line);
  return packages.flatMap((ours) => {
    const isNamed = ours.lines.some((line) => isIn(line) && !isShared(line, packages));
    if (!isNamed && !(ours.isGone && ours.lines.length > 0 && ours.lines.every(isIn))) return [];
    return [{ parcel, ours, partly: !ours.lines.every((line) => isIn(line) || !told.has(line)) }];
  });
}

function isShared(line: string, packages: readonly KnownPackage[]): boolean {
  return packages.filter((each) => each.lines.includes(line)).length > 1;
}

function numberOf(parcel: Parcel): string | null {
  return parcel.awb?.trim() || null;
}
