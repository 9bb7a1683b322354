/** What an account of a courier can do: what its courier declares, as far as the account's settings let it. */
import { assert } from "../../src/kernel/index.ts";
import type { BySetting, CourierIdentity } from "./courier.ts";

export type SettingValues = Readonly<Record<string, string | number | boolean>>;

export interface CourierAbilities {
  readonly reverse: boolean;
  /** A waybill whose answer was lost may be asked for again: the same code gets the same number. */
  readonly repeatGivesSame: boolean;
  readonly updates: boolean;
  readonly cancels: boolean;
  /** Is the courier asked for a manifest of its own? */
  readonly manifests: boolean;
  readonly trackBatchMax: number;
  readonly trackEveryMinutes: number;
}

/** @param settings values by name; what is left out is as the courier declares it */
export function abilitiesOf(
  courier: Pick<CourierIdentity, "id" | "settings" | "capabilities">,
  settings: SettingValues = {},
): CourierAbilities {
  const chosen = ({ setting }: BySetting): string | number | boolean => {
    const declared = courier.settings.find(({ name }) => name === setting);
    assert(declared !== undefined, `${courier.id} declares the setting ${setting}`);
    return settings[setting] ?? declared.default;
  };
  const isOn = (said: boolean | BySetting): boolean => (typeof said === "boolean" ? said : chosen(said) === true);
  const { createWaybill, updateWaybill, cancelWaybill, track, manifest } = courier.capabilities;
  return {
    reverse: createWaybill.reverse,
    repeatGivesSame: isOn(createWaybill.repeatGivesSame),
    updates: updateWaybill === true,
    cancels: cancelWaybill === true,
    manifests: manifest !== undefined && isOn(manifest),
    trackBatchMax: track.batchMax,
    trackEveryMinutes: typeof track.everyMinutes === "number" ? track.everyMinutes : Number(chosen(track.everyMinutes)),
  };
}
