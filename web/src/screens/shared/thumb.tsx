import { useState } from "react";
import classes from "./thumb.module.css";

/** A product's picture; where there is none, or it does not load, the first letters of its name. */
export function Thumb({ name, imageUrl, size = 24 }: { name: string; imageUrl: string | null; size?: number }) {
  const [failed, setFailed] = useState(false);
  const letters = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();
  return (
    <span className={classes.thumb} style={{ width: size, height: size, fontSize: size * 0.38 }} aria-hidden>
      {imageUrl === null || failed ? (
        letters
      ) : (
        <img src={imageUrl} alt="" loading="lazy" referrerPolicy="no-referrer" onError={() => setFailed(true)} />
      )}
    </span>
  );
}

export interface RowItem {
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly quantity: number;
}

/** What a row holds, so that a packer sees what it is: picture, quantity, name, and how many products more. */
export function Items({ items }: { items: readonly RowItem[] }) {
  const [first] = items;
  if (first === undefined) return <span className={classes.more}>–</span>;
  const all = items.map((item) => `${item.quantity} × ${item.name} (${item.sku})`).join("\n");
  return (
    <span className={classes.items} title={all}>
      <Thumb name={first.name} imageUrl={first.imageUrl} />
      <span className={classes.quantity}>{first.quantity} ×</span>
      <span className={classes.name}>{first.name}</span>
      {items.length > 1 && <span className={classes.more}>+{items.length - 1}</span>}
    </span>
  );
}
