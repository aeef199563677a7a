import * as Identity from "../../../core/identity/index.ts";
import { authExamples, RegisteredAnswer } from "../answers/identity.ts";
import { signedIn, signedOut } from "../cookies.ts";
import { answerWith } from "../respond.ts";
import { type Route, route } from "../route.ts";

const tag = "Signing in";
const NO_TELLING = "The answer, and the time it takes, is the same whether there is such an account or not.";

export const authRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/auth/register",
    permission: "public",
    limit: "signIn",
    tag,
    summary: "Open an account",
    description: `With an organisation to begin: a mail follows, and the account begins when its token is confirmed. ${NO_TELLING} With an invitation's token: at once, signed in.`,
    body: Identity.RegisterSchema,
    status: 202,
    answer: RegisteredAnswer,
    otherStatuses: { 201: "Joined by the invitation, and signed in" },
    errors: ["STATE_CONFLICT", "FEATURE_DISABLED"],
    example: authExamples.register,
    serve: async (guest, { body }) => {
      const signIn = await Identity.register(guest, body);
      if (!signIn) return { status: "confirmation_sent" };
      return signedIn(signIn, guest.now(), (current) => answerWith(201, current));
    },
  }),
  route({
    method: "post",
    path: "/v1/auth/verify-email",
    permission: "public",
    limit: "signIn",
    tag,
    summary: "Confirm an address and begin the account, signed in",
    body: Identity.VerifyEmailSchema,
    status: 201,
    answer: Identity.CurrentSessionSchema,
    errors: ["STATE_CONFLICT"],
    example: authExamples.verifyEmail,
    serve: async (guest, { body }) => signedIn(await Identity.verifyEmail(guest, body), guest.now()),
  }),
  route({
    method: "post",
    path: "/v1/auth/login",
    permission: "public",
    limit: "signIn",
    tag,
    summary: "Sign in by password",
    description: `The session is a cookie; what changes anything needs \`csrfToken\` as X-CSRFToken besides. ${NO_TELLING}`,
    body: Identity.LoginSchema,
    answer: Identity.CurrentSessionSchema,
    errors: ["UNAUTHENTICATED", "NOT_FOUND", "STATE_CONFLICT"],
    example: authExamples.login,
    serve: async (guest, { body }) => signedIn(await Identity.login(guest, body), guest.now()),
  }),
  route({
    method: "post",
    path: "/v1/auth/logout",
    permission: "user",
    tag,
    summary: "End the session",
    status: 204,
    handle: (ctx) => Identity.logout(ctx).then(signedOut),
  }),
  route({
    method: "post",
    path: "/v1/auth/password-reset",
    permission: "public",
    limit: "reset",
    tag,
    summary: "Ask for a link to set a new password",
    description: NO_TELLING,
    body: Identity.RequestResetSchema,
    status: 204,
    example: authExamples.requestReset,
    serve: (guest, { body }) => Identity.requestPasswordReset(guest, body),
  }),
  route({
    method: "post",
    path: "/v1/auth/password-reset/confirm",
    permission: "public",
    limit: "reset",
    tag,
    summary: "Set a new password by the link's token",
    description: "Ends every session of the account.",
    body: Identity.ResetPasswordSchema,
    status: 204,
    example: authExamples.reset,
    serve: (guest, { body }) => Identity.resetPassword(guest, body),
  }),
  route({
    method: "post",
    path: "/v1/auth/change-password",
    permission: "user",
    tag,
    summary: "Change the password",
    description: "Ends every other session of the account; this one goes on under a new cookie.",
    body: Identity.ChangePasswordSchema,
    answer: Identity.CurrentSessionSchema,
    example: authExamples.changePassword,
    handle: async (ctx, { body }) => signedIn(await Identity.changePassword(ctx, body), ctx.now()),
  }),
];
