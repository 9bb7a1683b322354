import { Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { ConfirmAction, Refusal } from "../../ui/index.ts";
import type { LookUp } from "../returns/desk-state.ts";
import type { ReturnManifest, ReturnParcel } from "./return-manifest-data.ts";
import classes from "./return-manifests.module.css";

/** Says which units a parcel came without. */
export function MissingUnits({
  manifest,
  parcel,
  onClose,
  onChanged,
}: {
  manifest: ReturnManifest;
  parcel: ReturnParcel;
  onClose: () => void;
  onChanged: () => Promise<unknown>;
}) {
  const { data, error } = useQuery({
    queryKey: ["return-look-up", parcel.code],
    queryFn: ({ signal }) => api.get<LookUp>("/api/v1/returns/look-up", { code: parcel.code }, signal),
  });
  const [missing, setMissing] = useState<ReadonlySet<string>>(new Set(parcel.missingUnitIds));
  const units = data?.candidates.find((each) => each.shippingPackageId === parcel.shippingPackageId)?.units ?? [];
  const flip = (unitId: string) => {
    const next = new Set(missing);
    if (!next.delete(unitId)) next.add(unitId);
    setMissing(next);
  };
  return (
    <ConfirmAction
      opened
      onClose={onClose}
      title={`What is missing of ${parcel.code}`}
      verb="Keep"
      willHappen="Units that the parcel came without are not received; a person decides about them, and they are received when they are found."
      onConfirm={async () => {
        await api.post(
          `/api/v1/return-manifests/${manifest.returnManifestId}/packages/${parcel.shippingPackageId}/missing`,
          { missingUnitIds: [...missing] },
        );
        await onChanged();
      }}
    >
      {error !== null && <Refusal error={error} />}
      <div className={classes.missing}>
        {units.map((unit) => (
          <Checkbox
            key={unit.unitId}
            label={`${unit.name} (${unit.sku}, ${unit.code}) is missing`}
            checked={missing.has(unit.unitId)}
            onChange={() => flip(unit.unitId)}
          />
        ))}
      </div>
    </ConfirmAction>
  );
}
