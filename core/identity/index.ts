/** Who people are, where they work, and what they may do there. */
export { type CurrentSession, type SignIn } from "./begin-session.ts";
export { acceptInvitation, AcceptInvitationSchema } from "./invitation-acceptance.ts";
export { CreateInvitationSchema, InvitationSchema, type InvitationView } from "./invitation.ts";
export { createInvitation, listInvitations, revokeInvitation } from "./invitations.ts";
export { changeMe, readMe } from "./me.ts";
export { unlinkProvider } from "./openid/unlink.ts";
export { ChangeMemberSchema, MemberSchema, type MemberView } from "./member.ts";
export { changeMember, listMembers, removeMember } from "./members.ts";
export {
  type Departure,
  finishOpenId,
  listProviders,
  startOpenId,
  StartOpenIdSchema,
} from "./openid/sign-in.ts";
export {
  changePassword,
  ChangePasswordSchema,
  RequestResetSchema,
  requestPasswordReset,
  resetPassword,
  ResetPasswordSchema,
} from "./password-reset.ts";
export { EmailSchema } from "./email.ts";
export { eraseInvitations, eraseMember, findMemberId, type PersonalData, personalDataOf } from "./personal-data.ts";
export { register, RegisterSchema, verifyEmail, VerifyEmailSchema } from "./registration.ts";
export { BUILT_IN_ROLES, ChangeRoleSchema, CreateRoleSchema, type Role, RoleSchema } from "./role.ts";
export { changeRole, createRole, deleteRole, listRoles } from "./roles.ts";
export {
  createSessionAuthenticator,
  type SessionAuthenticator,
  type SignedInUser,
} from "./session-authenticator.ts";
export { CurrentSessionSchema, SessionSchema } from "./session.ts";
export { listSessions, readSession, revokeSession, switchOrganization, SwitchOrganizationSchema } from "./sessions.ts";
export { login, LoginSchema, logout } from "./sign-in.ts";
export { ChangeMeSchema, MeSchema } from "./user.ts";
