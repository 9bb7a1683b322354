import { Button } from "@mantine/core";
import { useState } from "react";
import { formatPaise } from "../../lib/format.ts";
import { Money } from "../../ui/index.ts";
import classes from "./detail.module.css";
import { moneyParts, paidParts, sumOf } from "./group-units.ts";
import styles from "./money.module.css";
import type { OrderDetail } from "./types.ts";

/** How the total comes about and what is left to collect, over all units; each unit's own share on demand. */
export function MoneyParts({ order }: { order: OrderDetail }) {
  const [each, setEach] = useState(false);
  const standing = order.units.filter((unit) => unit.state !== "CANCELLED");
  const cancelled = order.units.length - standing.length;
  const given = moneyParts.filter(([part]) => part === "sellingPricePaise" || sumOf(order.units, part) !== 0);
  const paid = paidParts.filter(([part]) => sumOf(order.units, part) !== 0);
  return (
    <>
      <table className={styles.sum}>
        <tbody>
          {given.map(([part, label, sign]) => (
            <tr key={part}>
              <td>{label}</td>
              <td>
                <Amount paise={sign * sumOf(order.units, part)} />
              </td>
            </tr>
          ))}
          <tr className={styles.total}>
            <td>Total, taxes included</td>
            <td>
              <Money paise={order.totalPaise} />
            </td>
          </tr>
          {paid.map(([part, label]) => (
            <tr key={part}>
              <td>{label}</td>
              <td>
                <Amount paise={-sumOf(order.units, part)} />
              </td>
            </tr>
          ))}
          <tr className={styles.total}>
            <td>{order.paymentType === "COD" ? "To collect at the door" : "To collect"}</td>
            <td>
              <Money paise={order.collectPaise} />
            </td>
          </tr>
        </tbody>
      </table>
      {cancelled > 0 && (
        <p className={classes.small}>
          As ordered. Without the {cancelled} cancelled: <Money paise={sumOf(standing, "totalPaise")} />.
        </p>
      )}
      <div className={styles.moneyHead}>
        <Button variant="default" size="compact-xs" onClick={() => setEach(!each)} aria-expanded={each}>
          {each ? "Hide each unit" : `Each unit (${order.units.length})`}
        </Button>
      </div>
      {each && <EachUnit order={order} />}
    </>
  );
}

/** What is taken off is an ordinary part of a sum here, not a debt: it is not red. */
const Amount = ({ paise }: { paise: number }) => <span className={styles.amount}>{formatPaise(paise)}</span>;

function EachUnit({ order }: { order: OrderDetail }) {
  const shown = [...moneyParts, ...paidParts].filter(([part]) => sumOf(order.units, part) !== 0);
  return (
    <div className={classes.scroll} style={{ marginTop: 8 }}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Unit</th>
            <th>SKU</th>
            {shown.map(([part, label]) => (
              <th key={part} className={classes.number}>
                {label}
              </th>
            ))}
            <th className={classes.number}>Total</th>
          </tr>
        </thead>
        <tbody>
          {order.units.map((unit) => (
            <tr key={unit.id} className={unit.state === "CANCELLED" ? classes.gone : undefined}>
              <td className={classes.small}>
                <code>{unit.unitNo}</code>
              </td>
              <td className={classes.small}>
                <code>{unit.sku}</code>
              </td>
              {shown.map(([part]) => (
                <td key={part} className={classes.number}>
                  <Money paise={unit[part]} />
                </td>
              ))}
              <td className={classes.number}>
                <Money paise={unit.totalPaise} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
