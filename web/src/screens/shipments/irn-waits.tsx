import { IconCertificate } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Instant } from "../../ui/index.ts";
import type { IrnWait } from "./shipment.ts";
import classes from "./shipments.module.css";

/** Why the parcel is not packed although its invoice has a number: what the portal last answered, and when it is asked again. */
export function IrnWaits({ wait }: { wait: IrnWait }) {
  const stuck = wait.state === "BLOCKED";
  return (
    <p className={stuck ? classes.failed : classes.hold} role="status">
      <IconCertificate size={15} aria-hidden /> {wait.message} {wait.whatToDo}
      {wait.nextAttemptAt !== null && (
        <>
          {" "}
          NIC is asked again <Instant at={wait.nextAttemptAt} />.
        </>
      )}{" "}
      <Link to="/e-invoices" search={wait.eInvoiceId === null ? {} : { open: wait.eInvoiceId }}>
        Open the e-invoice
      </Link>
    </p>
  );
}
