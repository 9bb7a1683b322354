import { IconPlus, IconScan } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useFacility, useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { ActionButton, Page, Tabs } from "../../ui/index.ts";
import { returnColumns } from "./columns.tsx";
import { useCourierBulk } from "./courier-bulk.ts";
import { ExpectedAges } from "./expected-ages.tsx";
import { ReturnList } from "./list.tsx";
import { PendingCreditNotes } from "./pending.tsx";
import { returnCounts } from "./return-data.ts";

const views = [
  { value: "open", label: "Open" },
  { value: "pickedUp", label: "Picked up" },
  { value: "received", label: "Received" },
  { value: "pendingInvoice", label: "Pending CIR Return Invoice", tone: "attention" },
  { value: "completed", label: "Completed" },
  { value: "cancelled", label: "Cancelled" },
] as const;

/** What customers send back. */
export function Screen() {
  const { id } = useFacility();
  const may = useMay();
  const navigate = useNavigate();
  const { data } = useQuery(returnCounts("CIR", id));
  return (
    <Page
      fill
      title="Reverse Pickup"
      line="What customers send back (CIR): collected by a courier, received, and done once its credit note is there."
      actions={
        <>
          <ActionButton
            label="Create reverse pickup"
            icon={IconPlus}
            notNow={may("returns.manage") || may("returns.override") ? null : "Your role does not include this."}
            onClick={() => navigate({ to: "/reverse-pickups/new" })}
          />
          <ActionButton
            primary
            label="Receive returns"
            icon={IconScan}
            notNow={may("returns.receive") ? null : "Your role does not include receiving returns."}
            onClick={() => navigate({ to: "/returns/desk" })}
          />
        </>
      }
    >
      <Tabs param="view" tabs={views} counts={data} />
      <List />
    </Page>
  );
}

function List() {
  const [params] = useUrlState();
  const bulk = useCourierBulk();
  switch (params.view) {
    case "pickedUp":
      return (
        <>
          <ExpectedAges kind="CIR" />
          <ReturnList
            key="pickedUp"
            kind="CIR"
            tab="pickedUp"
            byAge
            sort="announcedAt"
            columns={returnColumns(
              "code",
              "age",
              "order",
              "channel",
              "awb",
              "courier",
              "reason",
              "units",
              "expectedAt",
              "channelReturn",
            )}
            empty={{
              title: "Nothing is on its way",
              cause: "What its courier has collected is listed here until it is received.",
            }}
          />
        </>
      );
    case "received":
      return (
        <ReturnList
          key="received"
          kind="CIR"
          tab="received"
          sort="receivedAt"
          columns={returnColumns("code", "state", "order", "channel", "units", "receivedIn", "reason", "receivedAt")}
          empty={{
            title: "Nothing waits for a shelf",
            cause: "What was received and does not lie on its shelf yet is listed here.",
          }}
        />
      );
    case "pendingInvoice":
      return <PendingCreditNotes kind="CIR" />;
    case "completed":
      return (
        <ReturnList
          key="completed"
          kind="CIR"
          tab="completed"
          sort="-announcedAt"
          columns={returnColumns(
            "code",
            "order",
            "channel",
            "creditNotes",
            "units",
            "replacement",
            "reason",
            "completed",
          )}
          empty={{
            title: "Nothing is completed yet",
            cause: "A reverse pickup ends here once its goods are on their shelves and its credit note is there.",
          }}
        />
      );
    case "cancelled":
      return (
        <ReturnList
          key="cancelled"
          kind="CIR"
          tab="cancelled"
          sort="-announcedAt"
          columns={returnColumns("code", "order", "channel", "units", "reason", "cancelled")}
          empty={{
            title: "None is cancelled",
            cause: "A reverse pickup is cancelled as a whole, before its courier has it.",
          }}
        />
      );
    default:
      return (
        <>
          <ExpectedAges kind="CIR" />
          <ReturnList
            key="open"
            kind="CIR"
            tab="open"
            byAge
            bulk={bulk}
            sort="announcedAt"
            columns={returnColumns(
              "code",
              "age",
              "state",
              "order",
              "channel",
              "awb",
              "courier",
              "reason",
              "units",
              "replacement",
              "expectedAt",
              "channelReturn",
            )}
            empty={{
              title: "No reverse pickup is open",
              cause:
                "Channels announce what customers send back. Where one does not, create the reverse pickup by hand.",
            }}
          />
        </>
      );
  }
}
