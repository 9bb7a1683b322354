import { IconDownload } from "@tabler/icons-react";
import { CsvImport } from "../../ui/index.ts";
import classes from "./providers.module.css";

/** The file of all couriers: who serves which pincode by which method, and who is asked first there. */
export function ServiceabilityFile({ onFinished }: { onFinished: () => void }) {
  return (
    <>
      <a className={classes.present} href="/api/v1/serviceability.csv" download>
        <IconDownload size={15} aria-hidden /> Download what holds now
      </a>
      <CsvImport
        endpoint="/api/v1/serviceability/import"
        columns={[
          { name: "Pincode", required: true, help: "Six digits." },
          { name: "Payment Method", required: true, help: "COD or PREPAID: a line for each." },
          { name: "Shipping Provider Code", required: true, help: "The courier." },
          {
            name: "Priority",
            help: "1 is asked first for this pincode and method, before every courier without one. Empty: by its general preference.",
          },
          { name: "Sort Code", help: "Printed on the label." },
          { name: "Serves", help: "false takes the courier away there." },
        ]}
        template={{
          fileName: "serviceability.csv",
          text: "Pincode,Payment Method,Shipping Provider Code,Priority,Sort Code,Serves\r\n560068,COD,SURFACE,1,BLR/HSR,true\r\n560068,PREPAID,AIR,1,,true\r\n",
        }}
        note="Lines change what they name; the rest stays. Up to 300,000 lines; orders that waited for a courier are looked at again while it runs. The same file again changes nothing."
        onFinished={onFinished}
      />
    </>
  );
}
