/** Declared sources for tests of rules that read declarations: modules may not import connectors themselves. */
export { ajioDropship } from "../../connectors/ajio-dropship/index.ts";
export { amazon } from "../../connectors/amazon/index.ts";
export { custom } from "../../connectors/custom/index.ts";
export { jupiterMoney } from "../../connectors/jupiter-money/index.ts";
export { oker } from "../../connectors/oker/index.ts";
