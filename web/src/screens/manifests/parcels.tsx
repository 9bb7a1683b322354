import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { Code, Empty, Instant, Money, reportDone, reportProblem, Section, StateChip } from "../../ui/index.ts";
import { packageStates } from "../shared/states.ts";
import classes from "./manifest.module.css";
import type { ManifestDetail, ManifestParcel } from "./manifest-data.ts";
import { noticeStates } from "./notices.tsx";

/** The parcels on a manifest, last scanned first while it is open; as printed once it is closed. */
export function Parcels({ manifest, onChanged }: { manifest: ManifestDetail; onChanged: () => Promise<unknown> }) {
  const may = useMay();
  const open = manifest.state === "CREATED";
  const scanned = open ? manifest.parcelsOn.toReversed() : manifest.parcelsOn;
  // What the channel refuses, or what is in doubt, stands on top: it is what a person has to take in hand.
  const isMarked = (row: ManifestParcel) => isRefused(row) || (open && row.doubts.length > 0);
  const rows = [...scanned.filter(isMarked), ...scanned.filter((row) => !isMarked(row))];
  const couriers = new Set(rows.map((row) => row.courier)).size > 1;
  const takeOff = async (parcel: ManifestParcel) => {
    try {
      await api.post(`/api/v1/manifests/${manifest.manifestId}/take-off`, { packageIds: [parcel.shippingPackageId] });
      await onChanged();
      reportDone(`${parcel.code} is off the manifest.`);
    } catch (error) {
      reportProblem(error, `Take ${parcel.code} off`);
    }
  };
  const collect = rows.reduce((sum, row) => sum + (row.collect ?? 0), 0);
  const grams = rows.reduce((sum, row) => sum + (row.weightGrams ?? 0), 0);
  return (
    <Section
      title={`Packages on it: ${rows.length}`}
      {...(rows.length === 0
        ? {}
        : {
            line: (
              <>
                {plural(
                  rows.reduce((sum, row) => sum + row.units, 0),
                  "unit",
                )}
                {grams > 0 && `, ${(grams / 1000).toFixed(2)} kg`}
                {collect > 0 && (
                  <>
                    , to collect <Money paise={collect} />
                  </>
                )}
              </>
            ),
          })}
    >
      {rows.length === 0 ? (
        <Empty
          title={open ? "Nothing scanned yet" : "It had no parcels"}
          cause={
            open
              ? "Scan labels into the field above, or choose packages under Shipments › To manifest and add them."
              : "It was discarded empty."
          }
        />
      ) : (
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th>Package</th>
                <th>AWB</th>
                {couriers && <th className={classes.wide}>Courier</th>}
                <th className={classes.wide}>Order</th>
                <th className={classes.wide}>Invoice</th>
                <th className={classes.wide}>To</th>
                <th className={classes.number}>Units</th>
                <th className={`${classes.number} ${classes.wide}`}>Collect</th>
                <th className={open ? classes.wide : undefined}>{open ? "Scanned" : "Channel"}</th>
                {open && <th aria-label="Take off" />}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <ParcelRow
                  key={row.shippingPackageId}
                  row={row}
                  open={open}
                  couriers={couriers}
                  takeOff={
                    open && may("manifests.manage")
                      ? { notNow: manifest.asking ? beingAsked(manifest) : null, act: () => takeOff(row) }
                      : null
                  }
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

const isRefused = (row: ManifestParcel): boolean => row.channelRefusal !== null;
const beingAsked = ({ channel }: ManifestDetail): string => `${channel} is being asked at this moment.`;

function ParcelRow({
  row,
  open,
  couriers,
  takeOff,
}: {
  row: ManifestParcel;
  open: boolean;
  couriers: boolean;
  takeOff: { readonly notNow: string | null; readonly act: () => Promise<void> } | null;
}) {
  const columns = (open ? 9 : 8) + (couriers ? 1 : 0);
  return (
    <>
      <tr className={isRefused(row) ? classes.refused : open && row.doubts.length > 0 ? classes.doubted : undefined}>
        <td className={classes.first}>
          <Code href={`/shipments/${row.code}`}>{row.code}</Code>
          {row.state === "CANCELLED" && <StateChip state={row.state} table={packageStates} />}
        </td>
        <td>{row.awb === null ? "–" : <Code>{row.awb}</Code>}</td>
        {couriers && <td className={classes.wide}>{row.courier ?? "–"}</td>}
        <td className={classes.wide}>
          <Code href={`/orders/${row.saleOrderId}`}>{row.order}</Code>
        </td>
        <td className={classes.wide}>{row.invoiceNumber ?? "–"}</td>
        <td className={classes.wide}>
          {row.consignee}, {row.city} {row.pincode}
        </td>
        <td className={classes.number}>{row.units}</td>
        <td className={`${classes.number} ${classes.wide}`}>
          <Money paise={row.collect} />
        </td>
        <td className={open ? classes.wide : undefined}>
          {open ? <Instant at={row.addedAt} /> : <Told parcel={row} />}
        </td>
        {open && (
          <td className={classes.number}>
            {takeOff !== null && (
              <ActionIcon
                aria-label={`Take ${row.code} off`}
                {...(takeOff.notNow === null ? {} : { "aria-disabled": true, "data-tip": takeOff.notNow })}
                onClick={() => {
                  if (takeOff.notNow === null) void takeOff.act();
                }}
              >
                <IconX size={16} />
              </ActionIcon>
            )}
          </td>
        )}
      </tr>
      {row.channelRefusal !== null && (
        <tr className={`${classes.refused} ${classes.words}`}>
          <td className={classes.first} colSpan={columns}>
            The channel says: “{row.channelRefusal}”
          </td>
        </tr>
      )}
      {open && row.doubts.length > 0 && (
        <tr className={`${classes.doubted} ${classes.words}`}>
          <td className={classes.first} colSpan={columns}>
            In doubt: {row.doubts.join(", ")}. It leaves with the manifest unless it is taken off before.{" "}
            <Link to="/exceptions" search={{ q: row.order }}>
              Decide
            </Link>
          </td>
        </tr>
      )}
    </>
  );
}

function Told({ parcel }: { parcel: ManifestParcel }) {
  if (parcel.noticeState === null) return <span>–</span>;
  return (
    <span {...(parcel.noticeMessage === null ? {} : { "data-tip": parcel.noticeMessage })}>
      <StateChip state={parcel.noticeState} table={noticeStates} />
      {parcel.noticeState !== "SENT" && parcel.noticeMessage !== null && (
        <span className={classes.why}>{parcel.noticeMessage}</span>
      )}
    </span>
  );
}
