import { A4, type Color } from "../platform/documents/drawing.ts";

/** The measures and tones that the parts of an invoice share. Greys only: most invoices are printed in black. */
export const LEFT = 34;
export const RIGHT = A4.width - 34;
export const TOP = 34;
/** Where content ends; below it stands the page number. */
export const BOTTOM = A4.height - 46;

export const INK: Color = [0.08, 0.1, 0.14];
export const MUTED: Color = [0.4, 0.43, 0.48];
export const HAIRLINE: Color = [0.82, 0.84, 0.87];
export const TINT: Color = [0.945, 0.95, 0.96];
export const WHITE: Color = [1, 1, 1];
export const CANCELLED: Color = [0.97, 0.78, 0.78];

export const BODY = { size: 7.8 };
export const STRONG = { size: 7.8, bold: true };
export const SMALL = { size: 6.6 };
export const LABEL = { size: 6.6, color: MUTED };
