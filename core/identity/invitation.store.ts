import { resourceStore } from "../platform/resources.ts";
import type { Invitation } from "./invitation.ts";

export const invitations = resourceStore<Invitation>("INVITATION", "Invitation");
