/**
 * Headers of every answer, whatever function gives it. The policy allows what the console embeds (Stripe's scripts and
 * frames, Google's fonts) and no inline script.
 */
export function securityHeaders(environment: string): Record<string, string> {
  return {
    "content-security-policy": [
      "default-src 'self'",
      "script-src 'self' https://js.stripe.com",
      "style-src 'self' 'unsafe-inline' https://fonts.googleapis.com",
      "img-src 'self' data: https:",
      "connect-src 'self' https://api.stripe.com",
      "frame-src https://js.stripe.com https://hooks.stripe.com",
    ].join("; "),
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    // Only where TLS is certain: a laptop that once sent this locks its localhost out of http.
    ...(environment === "production" ? { "strict-transport-security": "max-age=31536000; includeSubDomains" } : {}),
  };
}
