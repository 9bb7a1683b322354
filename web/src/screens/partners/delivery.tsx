import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { AsOf, Code, Page } from "../../ui/index.ts";
import { deliveryQuery } from "./data.ts";
import { DeliveryPanel } from "./delivery-panel.tsx";
import classes from "./partners.module.css";

/** One delivery on a page of its own: the address to send to a colleague. */
export function Screen() {
  const { partnerDeliveryId = "" } = useParams({ strict: false });
  const { data, error, dataUpdatedAt, refetch } = useQuery(deliveryQuery(partnerDeliveryId));
  return (
    <Page
      back={{ to: "/partner-deliveries", label: "Partner deliveries" }}
      documentTitle={data === undefined ? "Partner delivery" : `${data.eventTitle} ${data.subject}`}
      title={
        data === undefined ? (
          "Partner delivery"
        ) : (
          <>
            {data.eventTitle} <Code>{data.subject}</Code>
            <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
          </>
        )
      }
    >
      <div className={classes.one}>
        <DeliveryPanel id={partnerDeliveryId} />
      </div>
    </Page>
  );
}
