export { Station, type StationKey, type StationProps, type Verdict } from "./station.tsx";
