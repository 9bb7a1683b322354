import { describe, expect, it } from "vitest";
import { type GradedReturnUnit, gradeLines } from "./grade-lines.ts";

const unit = (line: string, grade: GradedReturnUnit["grade"], parts = 1): GradedReturnUnit => ({
  ...{ line, productId: `P-${line}`, variantId: "V1", parts, grade },
});
const said = (units: readonly GradedReturnUnit[]) =>
  gradeLines(units).map(({ channelOrderItemId, quantity, grade }) => `${channelOrderItemId} ${quantity} ${grade}`);

describe("the grades of a return, as its channel is told", () => {
  it("name each line once for each grade, and leave out what is not graded yet", () => {
    expect(
      said([unit("L1", "bad"), unit("L1", "good"), unit("L1", "good"), unit("L1", null), unit("L2", "qc_rejected")]),
    ).toEqual(["L1 2 good", "L1 1 bad", "L2 1 qc_rejected"]);
    expect(said([unit("L1", null)])).toEqual([]);
  });

  it("count a bundle as one piece, worth what its worst part is, when all its parts are graded", () => {
    expect(
      said([
        unit("B", "good", 2),
        unit("B", "bad", 2),
        unit("B", "good", 2),
        unit("B", "qc_rejected", 2),
        unit("B", "good", 2),
        unit("B", null, 2),
      ]),
    ).toEqual(["B 1 qc_rejected", "B 1 bad"]);
  });
});
