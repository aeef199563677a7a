/** What people may ask of whoever keeps data about them: to have it, and to be forgotten. */
export { EBAY_PRIVACY_EFFECTS, SHOPIFY_PRIVACY_EFFECTS } from "./effects/index.ts";
export { carryOut } from "./erase.ts";
export { exportPerson, ExportSchema, type PersonalExport } from "./export.ts";
export {
  CloseRequestSchema,
  CreateRequestSchema,
  type PrivacyRequestView,
  REQUEST_CAUSES,
  REQUEST_KINDS,
  REQUEST_STATUSES,
} from "./request.ts";
export { PRIVACY_DUE, SEALED } from "./request.store.ts";
export { closeRequest, createRequest, getRequest, listRequests } from "./requests.ts";
