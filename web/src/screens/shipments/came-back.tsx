import { useQuery } from "@tanstack/react-query";
import { api, type ListPage } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { Code, Instant, Section, StateChip } from "../../ui/index.ts";
import { InvoiceCredit } from "../credit-notes/invoice-credit.tsx";
import { kindWords, type ReturnRow } from "../returns/return-data.ts";
import { returnStates } from "../shared/states.ts";
import type { ShipmentDetail } from "./shipment.ts";
import classes from "./shipments.module.css";

const left = ["DISPATCHED", "SHIPPED", "DELIVERED", "RETURN_EXPECTED", "RETURN_ACKNOWLEDGED", "RETURNED"];

/** What of a package comes back or came back, and what was given back of its invoice. Nothing of it: nothing is shown. */
export function CameBack({ shipment }: { shipment: ShipmentDetail }) {
  const may = useMay();
  const { code, state } = shipment;
  const { data } = useQuery({
    queryKey: ["list", "/api/v1/returns", "of package", code],
    queryFn: ({ signal }) => api.get<ListPage<ReturnRow>>("/api/v1/returns", { search: code, limit: 50 }, signal),
    enabled: may("returns.view") && left.includes(state),
    refetchInterval: 15_000,
  });
  // The search finds a part of a code too.
  const returns = (data?.rows ?? []).filter((row) => row.packages.includes(code));
  const invoice = shipment.invoices.find((each) => each.state !== "CANCELLED");
  if (returns.length === 0) return null;
  return (
    <>
      <Section title="Returns">
        <table className={classes.units}>
          <tbody>
            {returns.map((row) => (
              <tr key={row.returnCaseId}>
                <td>
                  <Code href={`/returns/${row.returnCaseId}`}>{row.code}</Code>
                </td>
                <td>
                  <StateChip state={row.state} table={returnStates} />
                </td>
                <td>
                  {kindWords[row.kind]}, {plural(row.units, "unit")}
                </td>
                <td>
                  <Instant at={row.announcedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      {invoice !== undefined && may("billing.view") && (
        <Section title={`Invoice ${invoice.number}: what is left to credit`}>
          <InvoiceCredit invoiceId={invoice.invoiceId} />
        </Section>
      )}
    </>
  );
}
