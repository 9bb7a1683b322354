import { formatCount } from "../../lib/format.ts";
import { Code, Money, Section } from "../../ui/index.ts";
import { Thumb } from "../shared/thumb.tsx";
import { type PurchaseOrderDetail, type PurchaseOrderLine, toCome } from "./order-data.ts";
import classes from "./purchase-orders.module.css";

const heads = [
  ["CGST", "cgstPaise"],
  ["SGST", "sgstPaise"],
  ["UTGST", "utgstPaise"],
  ["IGST", "igstPaise"],
  ["Cess", "cessPaise"],
] as const satisfies readonly (readonly [string, keyof PurchaseOrderLine])[];

/** The lines of an order with what has come of each, and the sums with each head of tax that there is. */
export function OrderedGoods({ order }: { order: PurchaseOrderDetail }) {
  const sum = (of: (line: PurchaseOrderLine) => number) => order.items.reduce((total, line) => total + of(line), 0);
  const taxes = heads.flatMap(([label, field]) => {
    const amount = sum((line) => line[field]);
    return amount === 0 ? [] : [{ label, amount }];
  });
  return (
    <Section title={`Lines: ${order.lines}`}>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th>Product</th>
              <th className={classes.wide}>Vendor’s code</th>
              <th className={classes.number}>Ordered</th>
              <th className={`${classes.number} ${classes.wide}`}>Accepted</th>
              <th className={`${classes.number} ${classes.wide}`}>Rejected</th>
              <th className={classes.number}>To come</th>
              <th className={`${classes.number} ${classes.wide}`}>Price</th>
              <th className={`${classes.number} ${classes.wide}`}>GST</th>
              <th className={classes.number}>Amount</th>
            </tr>
          </thead>
          <tbody>
            {order.items.map((line) => (
              <LineRow key={line.lineId} line={line} />
            ))}
          </tbody>
        </table>
      </div>
      <table className={classes.sums}>
        <tbody>
          {[
            { label: "Before tax", amount: order.taxablePaise },
            ...taxes,
            { label: "Total", amount: order.grossPaise },
          ].map(({ label, amount }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>
                <Money paise={amount} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function LineRow({ line }: { line: PurchaseOrderLine }) {
  const left = toCome(line);
  return (
    <tr>
      <td>
        <span className={classes.item}>
          <Thumb name={line.name} imageUrl={line.imageUrl} size={32} />
          <span className={classes.itemWords}>
            <span>{line.name}</span>
            <code>{line.sku}</code>
          </span>
        </span>
      </td>
      <td className={classes.wide}>{line.vendorSku === null ? "–" : <Code>{line.vendorSku}</Code>}</td>
      <td className={classes.number}>{formatCount(line.quantity)}</td>
      <td className={`${classes.number} ${classes.wide}`}>{formatCount(line.accepted)}</td>
      <td className={`${classes.number} ${classes.wide} ${line.rejected > 0 ? classes.rejected : ""}`}>
        {formatCount(line.rejected)}
      </td>
      <td className={`${classes.number} ${left === 0 ? classes.complete : ""}`}>
        {left === 0 ? "all here" : formatCount(left)}
        {line.counting > 0 && ` (${formatCount(line.counting)} being counted)`}
      </td>
      <td className={`${classes.number} ${classes.wide}`}>
        <Money paise={line.unitPricePaise} />
      </td>
      <td className={`${classes.number} ${classes.wide}`}>
        {line.taxClass === null ? "none" : `${line.gstBps / 100} %`}
        {line.cessBps > 0 && ` + ${line.cessBps / 100} %`}
      </td>
      <td className={classes.number}>
        <Money paise={line.grossPaise} />
      </td>
    </tr>
  );
}
