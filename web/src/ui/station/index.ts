export { Station, type Verdict } from "./station.tsx";
export type { StationKey } from "./station-keys.ts";
