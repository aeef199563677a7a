import * as Organizations from "../../../core/organizations/index.ts";
import { type Route, route } from "../route.ts";

export const organizationRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/organization",
    permission: "anyKey",
    tag: "Organisation",
    summary: "Read the organisation that the key belongs to",
    answer: Organizations.OrganizationSchema,
    handle: (ctx) => Organizations.getOrganization(ctx),
  }),
];
