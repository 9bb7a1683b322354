import type { TileLook } from "./data.ts";
import classes from "./tile.module.css";

const ink = "#17181d";
const paper = "#ffffff";

/** Relative luminance of #rrggbb (WCAG 2). */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Ink or paper, whichever stands out more on a colour: a source chooses its colour freely. */
export function onColor(color: string): string {
  const back = luminance(color);
  const withPaper = 1.05 / (back + 0.05);
  const withInk = (back + 0.05) / (luminance(ink) + 0.05);
  return withPaper >= withInk ? paper : ink;
}

/** A source's monogram in its own colour. The name stands beside it, so it says nothing to a screen reader. */
export function Tile({ tile, size = 28 }: { tile: TileLook; size?: number }) {
  return (
    <span
      aria-hidden
      className={classes.tile}
      style={{
        width: size,
        height: size,
        background: tile.color,
        color: onColor(tile.color),
        fontSize: Math.round(size * (tile.monogram.length > 2 ? 0.32 : 0.42)),
      }}
    >
      {tile.monogram}
    </span>
  );
}
