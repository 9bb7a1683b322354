export { oauthRoutes } from "./oauth.ts";
