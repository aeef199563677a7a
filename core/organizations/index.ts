/** Who the tenants are, and by which keys they are known. */
export {
  type ApiKey,
  ApiKeySchema,
  CreateApiKeySchema,
  type NewApiKey,
  NewApiKeySchema,
  RotateApiKeySchema,
} from "./api-key.ts";
export { createApiKey, listApiKeys, revokeApiKey, rotateApiKey } from "./api-keys.ts";
export { type Authenticator, createAuthenticator } from "./authenticator.ts";
export { CreateOrganizationSchema, type Organization, OrganizationSchema } from "./organization.ts";
export { createOrganization, getOrganization, newOrganization, organizationNamed } from "./organizations.ts";
