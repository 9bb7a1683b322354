export * from "./abilities.ts";
export * from "./courier.ts";
