/** An organisation's accounts at suppliers and channels: what they sign in with, and what they may still ask for. */
export {
  type Account,
  ACCOUNT_STATUSES,
  type AccountView,
  CreateAccountSchema,
  UpdateAccountSchema,
} from "./account.ts";
export { createAccount, disconnectAccount, getAccount, listAccounts } from "./accounts.ts";
export { CHECK_DUE, checkAccount, requestCheck } from "./check.ts";
export {
  authorizeAccount,
  AuthorizedQuerySchema,
  CALLBACK_PATH,
  type Departure,
  finishAuthorization,
} from "./consent.ts";
export { accountFor, accountsWith, type OpenAccount, openAccount, type OpenOptions } from "./open.ts";
export { listConnectors } from "./providers.ts";
export { SEALED } from "./sealed.ts";
export { getQuota } from "./quotas.ts";
export { updateAccount } from "./update.ts";
