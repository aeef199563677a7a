import * as z from "zod";

/** An address as people write it; in lower case, since no provider in use tells capitals apart and people do not either. */
export const EmailSchema = z.lazy(() =>
  z
    .string()
    .trim()
    .toLowerCase()
    .max(254)
    .pipe(z.email())
    .meta({ examples: ["mina@hanriver.example"] }),
);

/** What people are called. */
export const PersonNameSchema = z.lazy(() =>
  z
    .string()
    .trim()
    .min(1)
    .max(100)
    .meta({ examples: ["Mina Han"] }),
);
