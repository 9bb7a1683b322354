/** Invoice arithmetic of conform's own: prices hold the tax, a line's parts make its total to the paisa. */
import type { Line, Story } from "./story.ts";

export interface LineAmounts {
  /** All of the line, in paise. */
  readonly discount: number;
  readonly giftWrap: number;
  readonly total: number;
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly utgst: number;
  readonly igst: number;
  readonly cess: number;
}

/** @param giftWrap of this line, in paise: taxed as the goods are */
export function amountsOf(line: Line, taxed: Story["taxed"], giftWrap = 0): LineAmounts {
  const discount = line.discountPaise * line.quantity;
  const total = line.pricePaise * line.quantity - discount + giftWrap;
  const rates = line.gstBasisPoints + line.cessBasisPoints;
  let taxable = Math.round((total * 10_000) / (10_000 + rates));
  const cess = Math.round((taxable * line.cessBasisPoints) / 10_000);
  // Two halves are the same amount: an odd paisa stays with the goods.
  if (taxed !== "inter" && (total - taxable - cess) % 2 === 1) taxable++;
  const gst = total - taxable - cess;
  const half = gst / 2;
  return {
    discount,
    giftWrap,
    total,
    taxable,
    cgst: taxed === "inter" ? 0 : half,
    sgst: taxed === "intra" ? half : 0,
    utgst: taxed === "territory" ? half : 0,
    igst: taxed === "inter" ? gst : 0,
    cess,
  };
}

/** Gift wrap stands on the first line. */
export function amountsOfAll({ lines, taxed, giftWrapPaise }: Story): readonly LineAmounts[] {
  return lines.map((line, index) => amountsOf(line, taxed, index === 0 ? giftWrapPaise : 0));
}

export function totalOf(story: Story): number {
  return amountsOfAll(story).reduce((sum, { total }) => sum + total, 0);
}

/** Rupees as JSON numbers have them. */
export function rupees(paise: number): number {
  return paise / 100;
}
