const GZIP = /(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i;

/** Does this Accept-Encoding take gzip? `gzip;q=0` is a refusal. */
export function acceptsGzip(header: string | undefined): boolean {
  return header !== undefined && GZIP.test(header);
}
