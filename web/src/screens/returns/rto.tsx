import { IconScan } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useFacility, useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { ActionButton, Page, Tabs } from "../../ui/index.ts";
import { returnColumns } from "./columns.tsx";
import { ExpectedAges } from "./expected-ages.tsx";
import { ReturnList } from "./list.tsx";
import { PendingCreditNotes } from "./pending.tsx";
import { returnCounts } from "./return-data.ts";

/** Parcels that were not delivered and turn back. */
export function Screen() {
  const { id } = useFacility();
  const may = useMay();
  const navigate = useNavigate();
  const [params] = useUrlState();
  const { data } = useQuery(returnCounts("RTO", id));
  const counts =
    data === undefined
      ? undefined
      : {
          expected: data.expected ?? 0,
          awaiting: data.awaiting ?? 0,
          returned: data.completed ?? 0,
          all: data.all ?? 0,
        };
  return (
    <Page
      fill
      title="RTO"
      line="Parcels that were not delivered: expected back, here, or done once their credit note is there."
      actions={
        <ActionButton
          primary
          label="Receive returns"
          icon={IconScan}
          notNow={may("returns.receive") ? null : "Your role does not include receiving returns."}
          onClick={() => navigate({ to: "/returns/desk" })}
        />
      }
    >
      <Tabs
        param="view"
        counts={counts}
        tabs={[
          { value: "expected", label: "Expected" },
          { value: "awaiting", label: "Awaiting Action", tone: "attention" },
          { value: "returned", label: "Returned" },
          { value: "all", label: "All" },
        ]}
      />
      {params.view === "awaiting" ? (
        <Awaiting counts={data} />
      ) : params.view === "returned" ? (
        <ReturnList
          key="returned"
          kind="RTO"
          tab="completed"
          sort="-announcedAt"
          columns={returnColumns(
            "code",
            "order",
            "package",
            "channel",
            "creditNotes",
            "units",
            "receivedIn",
            "reason",
            "completed",
          )}
          empty={{
            title: "Nothing is returned yet",
            cause: "A return ends here once its goods are on their shelves and its credit note is there.",
          }}
        />
      ) : params.view === "all" ? (
        <ReturnList
          key="all"
          kind="RTO"
          tab={null}
          sort="-announcedAt"
          columns={returnColumns(
            "code",
            "state",
            "order",
            "package",
            "channel",
            "units",
            "reason",
            "creditNotes",
            "announced",
          )}
          empty={{ title: "Nothing came back", cause: "Parcels that turn back appear here, announced or received." }}
        />
      ) : (
        <>
          <ExpectedAges kind="RTO" />
          <ReturnList
            key="expected"
            kind="RTO"
            tab="expected"
            byAge
            sort="announcedAt"
            columns={returnColumns(
              "code",
              "age",
              "order",
              "package",
              "awb",
              "courier",
              "channel",
              "reason",
              "units",
              "expectedAt",
              "channelReturn",
            )}
            empty={{
              title: "No parcel is expected back",
              cause:
                "A parcel is expected when its channel or its courier says that it turned back. One that nobody announced can be received all the same.",
            }}
          />
        </>
      )}
    </Page>
  );
}

/** What is here and not done: without its credit note, not put away, short of a unit. */
function Awaiting({ counts }: { counts: Readonly<Record<string, number>> | undefined }) {
  const [params] = useUrlState();
  return (
    <>
      <Tabs
        param="part"
        counts={
          counts && { invoice: counts.pendingInvoice ?? 0, putaway: counts.received ?? 0, missing: counts.missing ?? 0 }
        }
        tabs={[
          { value: "invoice", label: "Pending RTO invoice", tone: "attention" },
          { value: "putaway", label: "To put away" },
          { value: "missing", label: "Units missing", tone: "attention" },
        ]}
      />
      {params.part === "putaway" ? (
        <ReturnList
          key="putaway"
          kind="RTO"
          tab="received"
          sort="receivedAt"
          columns={returnColumns(
            "code",
            "state",
            "order",
            "package",
            "channel",
            "units",
            "receivedIn",
            "reason",
            "receivedAt",
          )}
          empty={{
            title: "Nothing waits for a shelf",
            cause: "What was received and does not lie on its shelf yet is listed here.",
          }}
        />
      ) : params.part === "missing" ? (
        <ReturnList
          key="missing"
          kind="RTO"
          tab="missing"
          sort="receivedAt"
          columns={returnColumns(
            "code",
            "state",
            "order",
            "package",
            "channel",
            "units",
            "awb",
            "courier",
            "receivedIn",
            "receivedAt",
          )}
          empty={{
            title: "No unit is missing",
            cause: "Parcels that came back short are listed here until the units are found.",
          }}
        />
      ) : (
        <PendingCreditNotes kind="RTO" />
      )}
    </>
  );
}
