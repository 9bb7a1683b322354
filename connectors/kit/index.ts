export * from "./connector.ts";
export { Engine, type EngineChannel, type ExchangeRecord, type RunOptions } from "./engine.ts";
export * from "./facts.ts";
export * from "./failure.ts";
export { badAnswer } from "./http.ts";
export * from "./imported-order.ts";
export { RepeatGuard } from "./paging.ts";
export { redact, redactAddresses, redactUrl } from "./redact.ts";
export { isPrivateAddress, publicAgent, userUrlFault } from "./url-safety.ts";
