import { Code } from "../../ui/index.ts";
import classes from "./detail.module.css";
import type { Address, OrderDetail } from "./types.ts";

/** Where it goes and who pays; one address where both are the same. */
export function Addresses({ order }: { order: OrderDetail }) {
  const { SHIPPING: shipping, BILLING: billing } = order.addresses;
  const same = shipping !== undefined && billing !== undefined && plain(shipping) === plain(billing);
  return (
    <div className={classes.places}>
      {shipping !== undefined && <Place title={same ? "Shipping and billing" : "Shipping"} address={shipping} />}
      {billing !== undefined && !same && <Place title="Billing" address={billing} />}
      {order.buyerGstin !== null && (
        <div>
          <h3>Buyer’s GSTIN</h3>
          <Code>{order.buyerGstin}</Code>
        </div>
      )}
    </div>
  );
}

const plain = (a: Address): string =>
  JSON.stringify([a.name, a.line1, a.line2, a.city, a.state_name, a.pincode, a.phone, a.email]);

function Place({ title, address }: { title: string; address: Address }) {
  return (
    <div>
      <h3>{title}</h3>
      {address.erased_at !== null ? (
        <p className={classes.small}>Personal data was erased when its time was over.</p>
      ) : (
        <address>
          {address.name}
          <br />
          {address.line1}
          {address.line2 !== null && address.line2 !== "" && (
            <>
              <br />
              {address.line2}
            </>
          )}
          <br />
          {address.city} {address.pincode}
          <br />
          {address.state_name}
          {address.state_code !== null && ` (${address.state_code})`}, {address.country}
          <br />
          {address.phone !== "" && <a href={`tel:${address.phone}`}>{address.phone}</a>}
          {address.email !== null && address.email !== "" && (
            <>
              {address.phone !== "" && " · "}
              <a href={`mailto:${address.email}`}>{address.email}</a>
            </>
          )}
        </address>
      )}
    </div>
  );
}
