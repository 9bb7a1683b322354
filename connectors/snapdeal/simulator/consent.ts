/** The page where a seller lets an application in: it sends the browser back with the seller's token. */
import type { Parts } from "./parts.ts";

export function serveConsent({ sim }: Parts): void {
  sim.server.app.get<{ Querystring: Record<string, string | undefined> }>("/authserverui/login", (request, reply) => {
    const { returnURL = "", appId = "", seller } = request.query;
    if (!URL.canParse(returnURL) || appId === "")
      return reply.code(400).send({ message: "returnURL and appId are needed" });
    const chosen = sim.world.sellers.get(seller ?? "");
    if (chosen) {
      const back = new URL(returnURL);
      back.searchParams.set("token", chosen.password);
      return reply.redirect(back.toString());
    }
    const links = [...sim.world.sellers.keys()].map((name) => {
      const here = new URLSearchParams({ returnURL, appId, seller: name });
      return `<li><a href="/authserverui/login?${escaped(here.toString())}">Allow access to ${escaped(name)}</a></li>`;
    });
    const page = `<!doctype html><html lang="en"><title>Snapdeal (simulated)</title><h1>Let ${escaped(appId)} work for your shop?</h1><ul>${links.join("")}</ul></html>`;
    return reply.type("text/html; charset=utf-8").send(page);
  });
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
