import type { Stage } from "./stage.ts";

const SECRET_KEY_CHARACTERS = 32;

export type Secrets = ReturnType<typeof createSecrets>;

/** Values come from `sst secret set`; an empty placeholder marks the ones that a stage can do without. */
export function createSecrets(stage: Stage) {
  const secretKey = new sst.Secret("SecretKey");
  return {
    secretKey: secretKey.value.apply((value) => longEnough(value, stage)),
    previousSecretKeys: new sst.Secret("SecretKeyPrevious", "").value,
    fieldKey: new sst.Secret("FieldEncryptionKey", "").value,
    previousFieldKeys: new sst.Secret("FieldEncryptionKeyPrevious", "").value,
    stripeWebhookSecret: new sst.Secret("StripeWebhookSecret", "").value,
    openIdProviders: new sst.Secret("OidcProviders", "").value,
    stripeSecretKey: new sst.Secret("StripeSecretKey", "").value,
    upstashUrl: new sst.Secret("UpstashRedisRestUrl", "").value,
    upstashToken: new sst.Secret("UpstashRedisRestToken", "").value,
  };
}

/** The functions refuse a short key when they start; better that the deploy does. */
function longEnough(value: string, stage: Stage): string {
  if (stage.isProduction && value.length < SECRET_KEY_CHARACTERS) {
    throw new Error(`The secret SecretKey must have ${SECRET_KEY_CHARACTERS} characters or more in production`);
  }
  return value;
}
