import * as z from "zod";
import { RoleSchema, SessionSchema } from "../../../core/identity/index.ts";

export const RegisteredAnswer = z.lazy(() =>
  z.object({ status: z.literal("confirmation_sent") }).meta({ id: "Registered" }),
);

export const SessionsAnswer = z.lazy(() => z.object({ items: z.array(SessionSchema) }));

export const RolesAnswer = z.lazy(() => z.object({ items: z.array(RoleSchema) }));

export const JoinedAnswer = z.lazy(() => z.object({ organizationId: z.string() }));

export const ProvidersAnswer = z.lazy(() =>
  z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) }),
);

export const DepartureAnswer = z.lazy(() =>
  z.object({ url: z.string().describe("Where to send the browser") }).meta({ id: "Departure" }),
);

const person = { email: "mina@hanriver.example" };
const password = "seven grey herons on the Han";
const token = "q9Xv3yJ0m5Rr8Zt1c7LkW2nB4hD6sF_gA-PuEoIiTxY";

const current = {
  user: { id: "usr_01M7ZCZGNRVRDY1XYBTS3YXCGJ", ...person, name: "Mina Han" },
  organization: { id: "org_01M7ZCZGP00000000000000001", name: "Han River Sneakers", currency: "USD" },
  role: "operator",
  permissions: ["catalog.read", "catalog.write", "orders.read", "orders.write"],
  csrfToken: "b3V0IG9mIHRoZSB3b29kcywgYSBoZXJvbiByaXNlcw",
  endsAt: "2026-12-21T12:00:00.000Z",
};

export const authExamples = {
  register: {
    body: { ...person, name: "Mina Han", password, organization: { name: "Han River Sneakers", currency: "USD" } },
    answer: { status: "confirmation_sent" },
  },
  verifyEmail: { body: { token }, answer: current },
  login: { body: { ...person, password }, answer: current },
  requestReset: { body: person },
  reset: { body: { token, password } },
  changePassword: {
    body: { currentPassword: password, newPassword: "eight white egrets on the Han" },
    answer: current,
  },
  session: { answer: current },
  switchOrganization: { body: { organizationId: current.organization.id }, answer: current },
};

export const memberExamples = {
  invite: { body: { ...person, role: "operator" } },
  change: { body: { role: "viewer" } },
  role: { body: { name: "Bookkeeper", permissions: ["finance.read", "finance.write", "orders.read"] } },
} satisfies Record<string, { body: unknown }>;
