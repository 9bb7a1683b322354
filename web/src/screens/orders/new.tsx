import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { ApiError } from "../../lib/problem.ts";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import {
  CsvImport,
  DeclaredForm,
  Empty,
  type FormValues,
  nested,
  Page,
  Refusal,
  reportDone,
  Tabs,
} from "../../ui/index.ts";
import { useChannelList } from "../shared/channels.ts";
import { type CustomField, customFieldsQuery } from "../shared/custom-field-data.ts";
import { Lines } from "./lines.tsx";
import {
  csvColumns,
  csvTemplate,
  type NewLine,
  newLine,
  orderFields,
  orderSections,
  ownColumns,
  sentLines,
  splitOwnFields,
} from "./new-order.ts";

const tabs = [
  { value: "form", label: "By form" },
  { value: "csv", label: "From a CSV file" },
];

/** An order taken by telephone, at the counter or from a business customer: by form or many from a file. */
export function Screen() {
  const [params] = useUrlState();
  const may = useMay();
  const client = useQueryClient();
  const list = useChannelList();
  const own = useOwnFields();
  const ownTitles = ownColumns(own.all);
  const channels = list.channels?.filter((channel) => channel.ordersArrive === "by hand");
  const notNow = !may("orders.create")
    ? "Your roles do not include entering orders."
    : may("channels.view")
      ? null
      : "Your roles do not include seeing channels, and an order belongs to one.";
  return (
    <Page
      narrow
      title="New order"
      back={{ to: "/orders", label: "Orders" }}
      line="For orders that no marketplace brings: telephone, counter, business customers. Stock is blocked and labels are made as for every other."
    >
      <Tabs tabs={tabs} param="by" />
      <div style={{ height: 20 }} />
      {notNow !== null ? (
        <Empty title="Orders cannot be entered" cause={notNow} />
      ) : channels === undefined ? (
        list.error !== null && <Refusal error={list.error} title="The channels could not be read" />
      ) : channels.length === 0 ? (
        <Empty
          title="No channel takes orders by hand"
          cause="An order belongs to a channel: its facilities, its numbers, its reports. Add one of the source Custom."
          action={<Link to="/settings/channels">Settings &gt; Channels</Link>}
        />
      ) : params.by === "csv" ? (
        <CsvImport
          endpoint="/api/v1/orders/import"
          columns={[...csvColumns, ...ownTitles]}
          template={csvTemplate(ownTitles)}
          note="One line an item; lines with the same order code are one order, whose address is read from its first line. The same file again makes nothing new. An order that is refused leaves nothing behind: put its lines right and upload the file again."
          onFinished={() => void client.invalidateQueries({ queryKey: ["list", "/api/v1/orders"] })}
        />
      ) : (
        <OrderForm channels={channels} own={own} />
      )}
    </Page>
  );
}

/** Answer of `POST /orders`. */
interface Entered {
  readonly code: string;
  readonly outcome: "CREATED" | "RECEIVED" | "UNCHANGED";
  readonly saleOrderId: string | null;
}
const enteredWords: Readonly<Record<Entered["outcome"], string>> = {
  CREATED: "is entered; stock is being looked for.",
  RECEIVED: "is kept and waits until the tenant is live.",
  UNCHANGED: "was entered before; nothing new.",
};

interface OwnFields {
  readonly all: readonly CustomField[];
  readonly ofOrder: readonly CustomField[];
  readonly ofItem: readonly CustomField[];
}

/** Custom fields that an order is asked for. */
function useOwnFields(): OwnFields {
  const { data } = useQuery(customFieldsQuery);
  const all = data?.fields.filter((field) => field.enabled && field.appliesTo !== "PACKAGE") ?? [];
  const of = (place: string) => all.filter((field) => field.appliesTo === place);
  return { all, ofOrder: of("ORDER"), ofItem: of("ITEM") };
}

function OrderForm({ channels, own }: { channels: readonly { channelId: string; name: string }[]; own: OwnFields }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [lines, setLines] = useState<readonly NewLine[]>(() => [newLine()]);
  const [checked, setChecked] = useState(false);
  const [only] = channels;
  const submit = async (values: FormValues) => {
    const sent = sentLines(lines);
    if (!sent.ok)
      throw new ApiError(422, {
        code: "LINES",
        message: sent.fault,
        whatToDo: "Correct the items; what was typed is kept.",
      });
    const { billingSame, ...rest } = values;
    const { plain, own: customFields } = splitOwnFields(own.ofOrder, rest);
    const body = nested(Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== null)));
    if (billingSame === true) delete body.billingAddress;
    const made = await api.post<Entered>("/api/v1/orders", { ...body, ...customFields, lines: sent.lines });
    await client.invalidateQueries({ queryKey: ["list", "/api/v1/orders"] });
    reportDone(`${made.code} ${enteredWords[made.outcome]}`);
    await navigate({ to: made.saleOrderId === null ? "/orders" : `/orders/${made.saleOrderId}` });
  };
  return (
    // The form names its own faults; the items above it say theirs at the same time.
    <div onSubmitCapture={() => setChecked(true)}>
      <Lines lines={lines} onChange={setLines} checked={checked} own={own.ofItem} />
      <DeclaredForm
        // Drawn anew once the custom fields are known.
        key={own.ofOrder.map((field) => field.customFieldId).join()}
        fields={orderFields(channels, own.ofOrder)}
        sections={orderSections}
        initial={channels.length === 1 && only !== undefined ? { channelId: only.channelId } : {}}
        submitLabel="Enter the order"
        onSubmit={submit}
        onCancel={() => void navigate({ to: "/orders" })}
      />
    </div>
  );
}
