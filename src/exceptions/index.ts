export { exceptionRefusals, exceptionRoutes } from "./routes.ts";
