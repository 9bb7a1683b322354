import "./errors.ts";
import { z } from "zod";
import { labelShown } from "../../fulfilment/index.ts";
import { ok, refuse } from "../../kernel/index.ts";
import { idField } from "../../platform/http/fields.ts";
import { type PublicRoute, publicRoute } from "../../platform/http/public-route.ts";
import { checkLabelLink } from "./label-link.ts";
import { eventOfSchemaFile, schemaText } from "./schemas.ts";

/** For partners, who are not logged in: the schemas of what they are sent, and the labels whose links they were given. */
export const partnerEventRoutes: PublicRoute[] = [
  publicRoute({
    method: "GET",
    path: "/public/partner-events/:file",
    summary: "The JSON schema of what partners are sent: createShipment.schema.json, invoiced.schema.json and so on",
    params: z.object({ file: z.string().max(100) }),
    handle: async (_call, { params: { file } }) => {
      const event = eventOfSchemaFile(file);
      if (event === undefined) return refuse("NOT_FOUND", { what: "schema", id: file });
      const bytes = Buffer.from(schemaText(event));
      return ok({ kind: "file", mediaType: "application/schema+json", fileName: file, bytes, disposition: "inline" });
    },
  }),
  publicRoute({
    method: "GET",
    path: "/public/labels/:tenantId/:shippingPackageId/label.pdf",
    summary: "A package's label as PDF, by a signed link",
    params: z.object({ tenantId: idField<"Tenant">(), shippingPackageId: idField<"ShippingPackage">() }),
    query: z.object({
      expires: z
        .string()
        .regex(/^\d{1,12}$/, "is a number of seconds")
        .transform(Number),
      signature: z.string().max(100),
    }),
    handle: async (call, { params, query }) => {
      const checked = checkLabelLink(call.vault, { ...params, expires: query.expires }, query.signature, call.now);
      if (!checked.ok) return checked;
      const { db, documents, now } = call;
      return labelShown({ db, documents, now, tenantId: params.tenantId }, params.shippingPackageId);
    },
  }),
];
