import classes from "./detail.module.css";
import type { OrderDetail } from "./types.ts";

/** Which facility was chosen, why, and why the others were not. */
export function Routing({ order }: { order: OrderDetail }) {
  const choice = order.facilityChoice;
  if (choice === null)
    return (
      <p className={classes.small}>
        {order.facilities.length > 0
          ? `The channel named it: ${order.facilities.join(", ")}.`
          : "None is chosen yet: that happens once the order is verified and not on hold."}
      </p>
    );
  return (
    <>
      <div>
        <strong>{choice.chosenCode}</strong> {choice.why}
      </div>
      {choice.rejected.length > 0 && (
        <ul className={classes.rejected}>
          {choice.rejected.map((each) => (
            <li key={each.facility}>
              Not {each.facility}: {each.why}
            </li>
          ))}
        </ul>
      )}
      {!order.facilities.includes(choice.chosenCode) && order.facilities.length > 0 && (
        <p className={classes.small}>Switched since: units are now at {order.facilities.join(", ")}.</p>
      )}
    </>
  );
}
