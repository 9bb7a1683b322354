export { announce, onBusinessEvents } from "./announce.ts";
export {
  type BusinessEvent,
  EVENT_KINDS,
  type EventKind,
  type GatepassEventKind,
  type ReturnEventKind,
  type ShipmentEventKind,
} from "./business-event.ts";
