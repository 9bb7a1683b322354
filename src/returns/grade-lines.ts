import type { GradeFacts } from "../../connectors/kit/index.ts";

/** A unit of a return that may be graded by now, in the order of its order. */
export interface GradedReturnUnit {
  /** The channel's line and product. */
  readonly line: string;
  readonly productId: string;
  readonly variantId: string;
  /** Units of ours that make one piece of the channel's line: 1, or the components of a bundle. */
  readonly parts: number;
  readonly grade: GradeFacts["lines"][number]["grade"] | null;
}

/** From best to worst. */
const WORTH = ["good", "qc_rejected", "bad"] as const;

/**
 * What is graded of a return, in the channel's lines and pieces: a line whose pieces differ is there once for each grade. A
 * bundle is worth what its worst part is, and is told when all its parts are graded. Pure.
 */
export function gradeLines(units: readonly GradedReturnUnit[]): GradeFacts["lines"] {
  return [...Map.groupBy(units, (unit) => unit.line)].flatMap(([channelOrderItemId, ofLine]) => {
    const [first] = ofLine;
    if (first === undefined) return []; // a group has a member
    const { productId, variantId } = first;
    const grades = piecesOf(ofLine).flatMap((piece) => worst(piece) ?? []);
    return WORTH.flatMap((grade) => {
      const quantity = grades.filter((each) => each === grade).length;
      return quantity === 0 ? [] : [{ channelOrderItemId, productId, variantId, quantity, grade }];
    });
  });
}

function piecesOf(units: readonly GradedReturnUnit[]): GradedReturnUnit[][] {
  const parts = Math.max(1, units[0]?.parts ?? 1);
  const whole = Math.ceil(units.length / parts);
  return Array.from({ length: whole }, (_, i) => units.slice(i * parts, (i + 1) * parts));
}

/** Null while a part is not graded. */
function worst(piece: readonly GradedReturnUnit[]): GradedReturnUnit["grade"] {
  if (piece.some((unit) => unit.grade === null)) return null;
  return WORTH.findLast((grade) => piece.some((unit) => unit.grade === grade)) ?? null;
}
