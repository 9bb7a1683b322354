import { Page } from "../page.tsx";
import { Station, type Verdict } from "../station/index.ts";

/** A code with an X is refused, one with a W warned of; all others are taken. */
function verdictOn(code: string): Verdict {
  if (code.includes("X"))
    return {
      sound: "bad",
      title: "Not for this manifest",
      detail: "This package goes with BlueDart; the manifest is for Delhivery.",
    };
  if (code.includes("W"))
    return { sound: "warn", title: "On the manifest already", detail: "Scanned at 10:42 by Asha." };
  return {
    sound: "good",
    title: "P-000412 added",
    detail: "2 units for Chennai",
    undo: async () => ({ sound: "warn", title: "P-000412 taken off again" }),
  };
}

export function StationPart() {
  return (
    <Page
      title="Manifest M-0042"
      line="Scan each parcel as it goes into the bag."
      back={{ to: "/manifests", label: "Manifests" }}
    >
      <Station
        prompt="Scan a package, AWB or order"
        submit={async (code) => verdictOn(code.toUpperCase())}
        progress="38 of 40 packages"
        keys={[
          { key: "F4", label: "Close manifest", onPress: () => {}, primary: true, notNow: "2 packages are missing." },
        ]}
        expected={<p style={{ color: "var(--g-text-2)" }}>Still missing: P-000417, P-000421.</p>}
      />
    </Page>
  );
}
