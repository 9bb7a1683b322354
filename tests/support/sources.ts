/** Declared sources for tests of rules that read declarations: modules may not import connectors themselves. */
export { custom } from "../../connectors/custom/index.ts";
export { jupiterMoney } from "../../connectors/jupiter-money/index.ts";
