import { IconBox, IconTruck } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatInstant, plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  AsOf,
  Code,
  Deadline,
  Facts,
  Instant,
  Money,
  Page,
  Refusal,
  Section,
  StateChip,
  Timeline,
} from "../../ui/index.ts";
import { lookOf } from "../../ui/state-chip.tsx";
import { ToldPartners } from "../partners/told.tsx";
import { CourierExchange } from "../shared/courier-exchange.tsx";
import { GoodsList } from "../shared/goods-list.tsx";
import { packageStates, unitStates } from "../shared/states.ts";
import { StoredExchange } from "../shared/stored-exchange.tsx";
import { isTracked, Tracking, trackingQuery } from "../shared/tracking.tsx";
import { ShipmentActions, whyNot } from "./actions.tsx";
import { CameBack } from "./came-back.tsx";
import { ended, owedStep, stepName } from "./channel-step.ts";
import { CourierNumbers } from "./courier-numbers.tsx";
import { EditForm } from "./edit-form.tsx";
import { entriesOf } from "./events.ts";
import { IrnWaits } from "./irn-waits.tsx";
import { PackageFields } from "./package-fields.tsx";
import { Papers } from "./papers.tsx";
import { Rules } from "./rules.tsx";
import { handedOver, type ShipmentDetail } from "./shipment.ts";
import classes from "./shipments.module.css";
import { StepsPanel } from "./steps-panel.tsx";
import { useSteps } from "./use-steps.tsx";
import { WhyCourier } from "./why-courier.tsx";

/** A package: what it is, its next step, its papers, and everything that happened to it. */
export function Screen() {
  const { code = "" } = useParams({ strict: false });
  const client = useQueryClient();
  const { data, error, dataUpdatedAt, refetch } = useQuery({
    queryKey: ["shipment", code],
    queryFn: ({ signal }) => api.get<ShipmentDetail>(`/api/v1/shipments/${encodeURIComponent(code)}`, {}, signal),
    // What a channel is being asked for may come any second.
    refetchInterval: (query) => (query.state.data?.steps.some(({ state }) => state === "ASKING") ? 2_000 : 10_000),
  });
  const changed = () => {
    void refetch();
    void client.invalidateQueries({ queryKey: ["list", "/api/v1/shipments"] });
  };
  const steps = useSteps(changed);
  const [editing, setEditing] = useState<"courier" | "box" | null>(null);
  const back = { to: "/shipments", label: "Shipments" };
  if (data === undefined)
    return (
      <Page title={code} back={back}>
        {error === null ? <p role="status">Reading the package…</p> : <Refusal error={error} />}
      </Page>
    );
  // What is still owed stands before the goods, what is done behind them.
  const open = owedStep(data) !== undefined;
  const asked = (
    <StepsPanel shipment={data} steps={steps} onChanged={changed} onChooseCourier={() => setEditing("courier")} />
  );
  const numbers = <CourierNumbers shipment={data} onChanged={changed} />;
  return (
    <Page
      back={back}
      documentTitle={data.code}
      title={
        <>
          <Code>{data.code}</Code>
          <StateChip state={data.state} table={packageStates} size="md" />
          {data.onHold && <StateChip state="ON_HOLD" table={packageStates} size="md" />}
        </>
      }
      line={
        <>
          {data.state !== "CANCELLED" && (
            <>
              <Deadline by={data.dispatchBy} met={handedOver(data.state)} /> ·{" "}
            </>
          )}
          {plural(data.units.length, "unit")} of order{" "}
          <Code href={`/orders/${data.saleOrderId}`}>{data.orderCode}</Code> from {data.channelCode}, to {data.city}
          <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
        </>
      }
      actions={<ShipmentActions shipment={data} steps={steps} onChanged={changed} />}
    >
      <Failed shipment={data} />
      {data.irnWait !== null && <IrnWaits wait={data.irnWait} />}
      {data.onHold && <p className={classes.hold}>{data.holdReason ?? "On hold: a person must decide first."}</p>}
      {data.channelReturnedAt !== null && (
        <p className={classes.hold}>
          The channel says this was returned on {formatInstant(data.channelReturnedAt)}; it closes here when the goods
          are back on the shelf.
        </p>
      )}
      <Adopted shipment={data} />
      <div className={classes.columns}>
        <div>
          {open && asked}
          {open && numbers}
          <Section title="Goods">
            <GoodsList items={data.items} />
            <Units shipment={data} />
          </Section>
          {!open && asked}
          <Parcel shipment={data} onEdit={setEditing} />
          {!open && numbers}
          <Tracked shipment={data} />
          <PackageFields code={data.code} />
          <ToldPartners of={{ shippingPackageId: data.shippingPackageId }} code={data.code} />
          <CameBack shipment={data} />
          <Papers shipment={data} steps={steps} />
        </div>
        <Section title="What happened">
          <Timeline
            entries={entriesOf(data.timeline, (id, ofCourier) =>
              ofCourier ? <CourierExchange id={id} /> : <StoredExchange id={id} onRepeated={changed} />,
            )}
          />
        </Section>
      </div>
      {steps.dialogs}
      {editing !== null && (
        <EditForm shipment={data} what={editing} onClose={() => setEditing(null)} onSaved={() => refetch()} />
      )}
    </Page>
  );
}

/** On top, so that nobody wonders why the parcel stands still: what failed, and that it stays where it is. */
function Failed({ shipment }: { shipment: ShipmentDetail }) {
  const owed = owedStep(shipment);
  if (owed?.state !== "FAILED") return null;
  const { word } = lookOf(shipment.state, packageStates);
  return (
    <p className={classes.failed} role="status">
      <strong>{stepName(owed)} failed.</strong> The package stays {word}. {owed.message !== null && ended(owed.message)}
    </p>
  );
}

/** It was processed on the marketplace's panel: what that means here, and what is still open because of it. */
function Adopted({ shipment }: { shipment: ShipmentDetail }) {
  const { dispatchedHow, dispatchedAt, channelCode, openShortages } = shipment;
  if (dispatchedHow !== "ADOPTED") return null;
  const awaited = owedStep(shipment)?.step === "INVOICE";
  return (
    <p className={awaited || openShortages > 0 ? classes.hold : classes.adopted} role="status">
      <strong>Adopted from {channelCode}’s panel</strong>
      {dispatchedAt !== null && ` on ${formatInstant(dispatchedAt)}`}: it was dispatched there and stands on no
      manifest. {awaited && `${channelCode} has not given its invoice yet; it is asked for by itself. `}
      {openShortages > 0 && (
        <>
          {plural(openShortages, "unit")} of it left without being in the books:{" "}
          <Link to="/shortages" search={{ tab: "OPEN", q: shipment.code }}>
            settle or write off
          </Link>
          .
        </>
      )}
    </p>
  );
}

/** What the courier told of the parcel. Nothing was told: nothing is shown. */
function Tracked({ shipment }: { shipment: ShipmentDetail }) {
  const { data } = useQuery(trackingQuery(shipment.code));
  if (data === undefined || !isTracked(data)) return null;
  return (
    <Section title="Tracking" line={trackingLine(shipment)}>
      <Tracking code={shipment.code} />
    </Section>
  );
}

const trackingLine = ({ thirdPartyShipping, channelCode }: ShipmentDetail): string =>
  thirdPartyShipping
    ? `As ${channelCode} tells it of the courier that it chose; no account with the courier is needed.`
    : "As the courier tells it: pushed, or asked for.";

const leftWords = { MANIFEST: "on a manifest of ours", ADOPTED: "adopted from the channel’s panel" } as const;

/** Units that do not stand where the parcel stands: cancelled ones, returned ones. */
function Units({ shipment }: { shipment: ShipmentDetail }) {
  const apart = shipment.units.filter((unit) => unit.state === "CANCELLED" || unit.state === "RETURNED");
  if (apart.length === 0) return null;
  return (
    <table className={classes.units}>
      <tbody>
        {apart.map((unit) => (
          <tr key={unit.unitId}>
            <td>
              <Code>{unit.code}</Code>
            </td>
            <td>{unit.sku}</td>
            <td>
              <StateChip state={unit.state} table={unitStates} />
            </td>
            <td>{unit.cancelReason ?? ""}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A courier of the channel is not chosen here. */
function CourierName({ shipment }: { shipment: ShipmentDetail }) {
  const { courier, thirdPartyShipping, channelCode } = shipment;
  return <>{courier ?? (thirdPartyShipping ? `${channelCode} names it with the label` : "chosen with the label")}</>;
}

function Parcel({ shipment, onEdit }: { shipment: ShipmentDetail; onEdit: (what: "courier" | "box") => void }) {
  const may = useMay();
  const { address, lengthMm, widthMm, heightMm, weightGrams } = shipment;
  const box = [lengthMm, widthMm, heightMm].every((side) => side !== null)
    ? `${lengthMm} × ${widthMm} × ${heightMm} mm`
    : "not known";
  return (
    <Section
      title="Parcel"
      actions={
        <>
          <ActionButton
            label="Change courier"
            icon={IconTruck}
            notNow={whyNot(shipment, "changeCourier", may("shipments.manage"))}
            onClick={() => onEdit("courier")}
          />
          <ActionButton
            label="Change box"
            icon={IconBox}
            notNow={whyNot(shipment, "changeBox", may("shipments.manage"))}
            onClick={() => onEdit("box")}
          />
        </>
      }
    >
      <Facts
        facts={[
          [
            "Courier",
            shipment.trackingUrl === null || shipment.awb === null ? (
              <CourierName key="courier" shipment={shipment} />
            ) : (
              <a key="courier" href={shipment.trackingUrl} target="_blank" rel="noreferrer">
                {shipment.courier}
              </a>
            ),
          ],
          ["AWB", shipment.awb === null ? "–" : <Code key="awb">{shipment.awb}</Code>],
          ...(shipment.carrier === null ? [] : [["Carried by", shipment.carrier] as const]),
          ["Sort code", shipment.sortCode ?? "–"],
          ["Who ships", shipment.thirdPartyShipping ? shipment.channelCode : "We, with our couriers"],
          ["Courier says", shipment.courierStatus ?? "–"],
          ["Box", shipment.boxes === 1 ? box : `${plural(shipment.boxes, "box", "boxes")}, ${box}`],
          ["Weight", weightGrams === null ? "not known" : `${weightGrams} g`],
          ["Value", <Money key="value" paise={shipment.totalPaise} />],
          [
            "Payment",
            shipment.cod ? (
              <span key="cod">
                COD, collect <Money paise={shipment.collectPaise} strong />
              </span>
            ) : (
              "Prepaid"
            ),
          ],
          ["From", shipment.facilityCode],
          ["Made", <Instant key="made" at={shipment.createdAt} />],
          [
            "Dispatched",
            <span key="dispatched">
              <Instant at={shipment.dispatchedAt} />
              {shipment.dispatchedHow !== null && `, ${leftWords[shipment.dispatchedHow]}`}
            </span>,
          ],
          ["Delivered", <Instant key="delivered" at={shipment.deliveredAt} />],
        ]}
      />
      <WhyCourier choice={shipment.providerChoice} />
      <Rules shipment={shipment} />
      {address !== null && (
        <address className={classes.address}>
          <strong>{address.name}</strong>
          {[address.line1, address.line2, `${address.city} ${address.pincode}`, address.stateName]
            .filter((part) => part !== null && part !== "")
            .join(", ")}
          {` · ${address.phone}`}
        </address>
      )}
    </Section>
  );
}
