export * from "./connector.ts";
export * from "./failure.ts";
export * from "./imported-order.ts";
