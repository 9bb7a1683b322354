import classes from "./goods-list.module.css";
import { type RowItem, Thumb } from "./thumb.tsx";

/** Goods with their pictures, codes and quantities, large enough to check a parcel by. More than one of a kind stands out. */
export function GoodsList({ items }: { items: readonly RowItem[] }) {
  return (
    <ul className={classes.lines}>
      {items.map((item) => (
        <li key={item.sku}>
          <Thumb name={item.name} imageUrl={item.imageUrl} size={44} />
          <span className={classes.words}>
            <span>{item.name}</span>
            <code>{item.sku}</code>
          </span>
          <strong className={classes.quantity} data-many={item.quantity > 1 || undefined}>
            × {item.quantity}
          </strong>
        </li>
      ))}
    </ul>
  );
}
