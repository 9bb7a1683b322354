export * from "./courier.ts";
