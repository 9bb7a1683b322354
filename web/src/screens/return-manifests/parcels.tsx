import { ActionIcon, Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  Code,
  Empty,
  Instant,
  reportDone,
  reportProblem,
  Section,
  StateChip,
  type StateTable,
} from "../../ui/index.ts";
import { packageStates } from "../shared/states.ts";
import { MissingUnits } from "./missing-units.tsx";
import type { ReturnManifest, ReturnParcel } from "./return-manifest-data.ts";
import classes from "./return-manifests.module.css";

const announcements: StateTable = {
  YES: { word: "Announced", tone: "done" },
  NO: { word: "Not announced", tone: "attention" },
};

/** The parcels on a return manifest, last scanned first while it is open. */
export function Parcels({ manifest, onChanged }: { manifest: ReturnManifest; onChanged: () => Promise<unknown> }) {
  const may = useMay();
  const [asking, setAsking] = useState<ReturnParcel | null>(null);
  const open = manifest.state === "CREATED";
  const rows = open ? manifest.parcelsOn.toReversed() : manifest.parcelsOn;
  const units = rows.reduce((sum, row) => sum + row.units, 0);
  const takeOff = async (parcel: ReturnParcel) => {
    try {
      await api.post(`/api/v1/return-manifests/${manifest.returnManifestId}/take-off`, {
        packageIds: [parcel.shippingPackageId],
      });
      await onChanged();
      reportDone(`${parcel.code} is off the return manifest.`);
    } catch (error) {
      reportProblem(error, `Take ${parcel.code} off`);
    }
  };
  return (
    <Section
      title={`Parcels on it: ${rows.length}`}
      {...(rows.length === 0 ? {} : { line: `${plural(units, "unit")} as they left.` })}
    >
      {rows.length === 0 ? (
        <Empty
          title={open ? "Nothing scanned yet" : "It had no parcels"}
          cause={open ? "Scan labels into the field above, announced or not." : "It was discarded empty."}
        />
      ) : (
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th>Package</th>
                <th>Announced</th>
                <th className={classes.wide}>Scanned as</th>
                <th className={classes.wide}>Order</th>
                <th className={classes.wide}>Channel</th>
                <th className={classes.wide}>Returns</th>
                <th className={classes.number}>Units</th>
                <th className={classes.wide}>When</th>
                {open && <th aria-label="Take off" />}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.shippingPackageId}>
                  <td>
                    <Code href={`/shipments/${row.code}`}>{row.code}</Code>{" "}
                    {!open && <StateChip state={row.state} table={packageStates} />}
                  </td>
                  <td>
                    <StateChip state={row.announced ? "YES" : "NO"} table={announcements} />
                  </td>
                  <td className={classes.wide}>
                    <Code>{row.scanned}</Code>
                  </td>
                  <td className={classes.wide}>
                    <Code href={`/orders/${row.saleOrderId}`}>{row.order}</Code>
                  </td>
                  <td className={classes.wide}>{row.channel}</td>
                  <td className={classes.wide}>{row.returns ?? "–"}</td>
                  <td className={classes.number}>
                    {row.missing > 0 ? `${row.units - row.missing} of ${row.units}` : row.units}
                    {open && may("returns.receive") && (
                      <Button variant="subtle" size="compact-xs" ml={6} onClick={() => setAsking(row)}>
                        {row.missing > 0 ? `${row.missing} missing` : "Missing?"}
                      </Button>
                    )}
                  </td>
                  <td className={classes.wide}>
                    <Instant at={row.addedAt} /> by {row.addedBy}
                  </td>
                  {open && (
                    <td className={classes.number}>
                      {may("returns.receive") && (
                        <ActionIcon aria-label={`Take ${row.code} off`} onClick={() => void takeOff(row)}>
                          <IconX size={16} />
                        </ActionIcon>
                      )}
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {asking !== null && (
        <MissingUnits manifest={manifest} parcel={asking} onClose={() => setAsking(null)} onChanged={onChanged} />
      )}
    </Section>
  );
}
