import { ajioDropship } from "../../connectors/ajio-dropship/index.ts";
import { amazon } from "../../connectors/amazon/index.ts";
import { bazaarStreet } from "../../connectors/bazaar-street/index.ts";
import { custom } from "../../connectors/custom/index.ts";
import { flipkart } from "../../connectors/flipkart/index.ts";
import { jupiterMoney } from "../../connectors/jupiter-money/index.ts";
import type { Connector } from "../../connectors/kit/index.ts";
import { marketplace } from "../../connectors/marketplace/index.ts";
import { oker } from "../../connectors/oker/index.ts";
import { paytm } from "../../connectors/paytm/index.ts";
import { shopclues } from "../../connectors/shopclues/index.ts";
import { snapdeal } from "../../connectors/snapdeal/index.ts";
import { tataCliq } from "../../connectors/tata-cliq/index.ts";
import { voonik } from "../../connectors/voonik/index.ts";
import { wooplr } from "../../connectors/wooplr/index.ts";
import { installSources } from "../channels/index.ts";

/** Every connector that this version carries. The one place that knows them all. */
export const connectors: readonly Connector[] = [
  jupiterMoney,
  ajioDropship,
  oker,
  flipkart,
  amazon,
  snapdeal,
  tataCliq,
  marketplace,
  paytm,
  shopclues,
  voonik,
  wooplr,
  bazaarStreet,
  custom,
];

installSources(connectors);
