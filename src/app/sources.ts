import { custom } from "../../connectors/custom/index.ts";
import { jupiterMoney } from "../../connectors/jupiter-money/index.ts";
import type { Connector } from "../../connectors/kit/index.ts";
import { installSources } from "../channels/index.ts";

/** Every connector that this version carries. The one place that knows them all. */
export const connectors: readonly Connector[] = [jupiterMoney, custom];

installSources(connectors);
