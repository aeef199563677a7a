import { expect, test } from "vitest";
import { acceptsGzip } from "../../../functions/accepts-gzip.ts";

test.each(["gzip", "br, gzip", "gzip;q=0.5", "GZIP", "*", "deflate,gzip;q=1.0, *;q=0.5"])("%s takes gzip", (header) => {
  expect(acceptsGzip(header)).toBe(true);
});

test.each([undefined, "", "br", "identity", "gzip;q=0", "gzip; q=0.000", "xgzip", "gzipped"])(
  "%s does not",
  (header) => {
    expect(acceptsGzip(header)).toBe(false);
  },
);
