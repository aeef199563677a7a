import * as z from "zod";

export const UploadAnswer = z.lazy(() =>
  z
    .object({
      id: z.string(),
      url: z.string(),
      method: z.literal("PUT"),
      headers: z.record(z.string(), z.string()),
      expiresAt: z.iso.datetime(),
    })
    .meta({ id: "UploadTicket" }),
);
