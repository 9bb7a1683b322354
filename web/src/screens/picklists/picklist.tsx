import { NumberInput } from "@mantine/core";
import { IconArrowBackUp, IconLock, IconPrinter } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  AsOf,
  Code,
  ConfirmAction,
  Empty,
  Instant,
  Page,
  Refusal,
  reportDone,
  Section,
  StateChip,
} from "../../ui/index.ts";
import { packageStates, picklistStates } from "../shared/states.ts";
import { usePdf } from "../shared/use-pdf.tsx";
import classes from "./picklist.module.css";
import { type PicklistDetail, type PutBack, putBackWords, type ToFetch } from "./picklist-data.ts";
import { Receive } from "./receive.tsx";

const notMine = "Your role does not include managing picklists.";

/** A pick list: what to fetch from which shelf, and for which packages. */
export function Screen() {
  const { picklistId = "" } = useParams({ strict: false });
  const client = useQueryClient();
  const { data, error, dataUpdatedAt, refetch } = useQuery({
    queryKey: ["picklist", picklistId],
    queryFn: ({ signal }) => api.get<PicklistDetail>(`/api/v1/picklists/${picklistId}`, {}, signal),
    refetchInterval: 10_000,
  });
  const changed = async () => {
    void client.invalidateQueries({ queryKey: ["list"] });
    await refetch();
  };
  const back = { to: "/picklists", label: "Picklists" };
  if (data === undefined)
    return (
      <Page title="Picklist" back={back}>
        {error === null ? <p role="status">Reading the picklist…</p> : <Refusal error={error} />}
      </Page>
    );
  return (
    <Page
      back={back}
      documentTitle={data.code}
      title={
        <>
          <Code>{data.code}</Code>
          <StateChip state={data.state} table={picklistStates} size="md" />
        </>
      }
      line={
        <>
          {plural(data.units, "unit")} for {plural(data.packages, "package")} in {data.facility}, made by{" "}
          {data.createdBy} <Instant at={data.createdAt} /> <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
        </>
      }
      actions={<Actions picklist={data} onChanged={changed} />}
    >
      <Fetch picklist={data} onChanged={changed} />
      <Packages picklist={data} onChanged={changed} />
    </Page>
  );
}

interface Part {
  readonly picklist: PicklistDetail;
  readonly onChanged: () => Promise<unknown>;
}

function Actions({ picklist, onChanged }: Part) {
  const may = useMay();
  const pdf = usePdf();
  const [asking, setAsking] = useState<"receive" | "close" | null>(null);
  const { picklistId, code, open } = picklist;
  const why = (event: string): string | null =>
    !may("picklists.manage")
      ? notMine
      : picklist.allowed.includes(event)
        ? null
        : picklist.state === "CLOSED"
          ? "It is closed."
          : "It is received already: invoice its packages.";
  return (
    <>
      <ActionButton label="Receive" primary notNow={why("receive")} onClick={() => setAsking("receive")} />
      <ActionButton
        label="Print"
        icon={IconPrinter}
        onClick={() => pdf.open(`Picklist ${code}`, [{ label: code, path: `/api/v1/picklists/${picklistId}/pdf` }])}
      />
      <ActionButton label="Close" icon={IconLock} notNow={why("close")} onClick={() => setAsking("close")} />
      {asking === "receive" && <Receive picklist={picklist} onClose={() => setAsking(null)} onDone={onChanged} />}
      <ConfirmAction
        opened={asking === "close"}
        onClose={() => setAsking(null)}
        title={`Close picklist ${code}`}
        willHappen={
          open === 0
            ? "All its packages are invoiced; it takes nothing back."
            : `Puts ${plural(open, "package")} not invoiced yet back under New, and the goods back on their shelves.`
        }
        verb="Close picklist"
        onConfirm={async () => {
          const answer = await api.post<PutBack>(`/api/v1/picklists/${picklistId}/close`);
          await onChanged();
          reportDone(answer.putBack.length === 0 ? "Closed." : `Closed. Carry back ${putBackWords(answer)}.`);
        }}
      />
      {pdf.preview}
    </>
  );
}

/** SKU by shelf: the walk. A piece that is not there is reported where it is missed. */
function Fetch({ picklist, onChanged }: Part) {
  const may = useMay();
  const [missing, setMissing] = useState<ToFetch | null>(null);
  return (
    <Section title="To fetch" line="By shelf; what is invoiced or put back is left out.">
      {picklist.toFetch.length === 0 ? (
        <Empty title="Nothing to fetch" cause="Everything on it was invoiced, put back or reported as not found." />
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th>Shelf</th>
              <th>SKU</th>
              <th className={classes.wide}>Name</th>
              <th className={classes.number}>Quantity</th>
              <th aria-label="Not found" />
            </tr>
          </thead>
          <tbody>
            {picklist.toFetch.map((line) => (
              <tr key={`${line.skuId}:${line.shelfId}`}>
                <td className={classes.shelf}>{line.shelf ?? "–"}</td>
                <td>
                  <Code>{line.sku}</Code>
                </td>
                <td className={classes.wide}>{line.name}</td>
                <td className={classes.number}>
                  <strong>{line.quantity}</strong>
                </td>
                <td className={classes.number}>
                  <ActionButton
                    label="Not found"
                    notNow={
                      may("picklists.manage")
                        ? line.shelfId === null
                          ? "It is made to order and lies on no shelf."
                          : null
                        : notMine
                    }
                    onClick={() => setMissing(line)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {missing !== null && (
        <NotFound picklistId={picklist.picklistId} line={missing} onClose={() => setMissing(null)} onDone={onChanged} />
      )}
    </Section>
  );
}

function NotFound({
  picklistId,
  line,
  onClose,
  onDone,
}: {
  picklistId: string;
  line: ToFetch;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}) {
  const [quantity, setQuantity] = useState(1);
  return (
    <ConfirmAction
      opened
      onClose={onClose}
      title={`${line.sku} is not on shelf ${line.shelf}`}
      willHappen={`The pieces leave the good stock of ${line.shelf} as not found, and the units that needed them wait for stock again. Channels are told the lower figure.`}
      verb="Report not found"
      danger
      onConfirm={async () => {
        const answer = await api.post<{ waiting: readonly string[]; putBack: readonly string[] }>(
          `/api/v1/picklists/${picklistId}/not-found`,
          { skuId: line.skuId, shelfId: line.shelfId, quantity },
        );
        await onDone();
        reportDone(`Waiting for stock again: ${plural(answer.waiting.length, "unit")}.`);
      }}
    >
      <NumberInput
        label="How many are missing"
        value={quantity}
        min={1}
        max={line.quantity}
        allowDecimal={false}
        description={`The list asks for ${line.quantity}.`}
        onChange={(value) => setQuantity(typeof value === "number" ? value : 1)}
      />
    </ConfirmAction>
  );
}

function Packages({ picklist, onChanged }: Part) {
  const may = useMay();
  const putBack = async (shipment: PicklistDetail["shipments"][number]) => {
    const answer = await api.post<PutBack>(`/api/v1/picklists/${picklist.picklistId}/put-back`, {
      packageIds: [shipment.shippingPackageId],
    });
    await onChanged();
    reportDone(`${shipment.package} is back under New. Carry back ${putBackWords(answer)}.`);
  };
  return (
    <Section title="Packages">
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Package</th>
            <th>State</th>
            <th className={classes.wide}>Order</th>
            <th className={classes.wide}>Units</th>
            <th aria-label="Put back" />
          </tr>
        </thead>
        <tbody>
          {picklist.shipments.map((shipment) => (
            <tr key={shipment.shippingPackageId}>
              <td>
                <Code href={`/shipments/${shipment.package}`}>{shipment.package}</Code>
              </td>
              <td>
                <StateChip state={shipment.state} table={packageStates} />
              </td>
              <td className={classes.wide}>{shipment.order}</td>
              <td className={classes.wide}>
                {shipment.units.map((unit) => unit.sku).join(", ")}
                {shipment.units.some((unit) => unit.outcome === "NOT_FOUND") && (
                  <span className={classes.missing}> not found</span>
                )}
              </td>
              <td className={classes.number}>
                {shipment.units.some((unit) => unit.open) && (
                  <ActionButton
                    label="Put back"
                    icon={IconArrowBackUp}
                    notNow={may("picklists.manage") ? null : notMine}
                    onClick={() => putBack(shipment)}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
