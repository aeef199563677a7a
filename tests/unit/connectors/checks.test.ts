import { expect, it } from "vitest";
import { CONNECTORS } from "../../../core/connectors/index.ts";

it.each(CONNECTORS.map((manifest) => [manifest.name, manifest] as const))(
  "%s has a call that shows whether an account is good",
  async (_name, manifest) => {
    expect((await manifest.load()).check).toBeInstanceOf(Function);
  },
);
