import type { Courier } from "../../couriers/kit/index.ts";
import { protocolCourier } from "../../couriers/protocol/index.ts";
import { installCouriers } from "../shipping/index.ts";

/** Every courier that this version carries. The one place that knows them all. */
export const couriers: readonly Courier[] = [protocolCourier];

installCouriers(couriers);
