import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Configuration, Provider } from "oidc-provider";

/** How a person is known to the provider. */
export interface Known {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
}

export interface TestProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who signs in next. */
  person: Known;
  /**
   * What a browser does with the address it was sent to: signs in, allows it, and follows up to where it is sent back.
   * Returns that address, which it does not open.
   */
  authorize(url: string): Promise<URL>;
  stop(): Promise<void>;
}

const CLIENT = { clientId: "stockwright", clientSecret: "of the tests only, and long enough" };

/** A certified provider on loopback, whose people sign in and consent by themselves. */
export async function startProvider(redirectUri: string, settings: Configuration = {}): Promise<TestProvider> {
  let answer: (request: IncomingMessage, response: ServerResponse) => unknown = () => undefined;
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const known = new Map<string, Known>();

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    claims: { email: ["email", "email_verified"], profile: ["name"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    cookies: { keys: ["of the tests only"] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ ...known.get(id), sub: id }) }),
    ...settings,
  });
  const app = provider.callback();

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    const { person } = running;
    known.set(person.sub, person);
    if (prompt.name === "login")
      return provider.interactionFinished(request, response, { login: { accountId: person.sub } });
    const grant = new provider.Grant({
      accountId: session?.accountId ?? person.sub,
      clientId: String(params["client_id"]),
    });
    grant.addOIDCScope(String(params["scope"]));
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  }
  answer = (request, response) =>
    request.url?.startsWith("/interaction/") ? interact(request, response) : app(request, response);

  const running: TestProvider = {
    issuer,
    ...CLIENT,
    person: { sub: "nobody" },
    async authorize(url) {
      const jar = new Map<string, string>();
      for (let next = new URL(url), hops = 0; hops < 10; hops++) {
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
        const answered = await fetch(next, { redirect: "manual", headers: { cookie } });
        for (const line of answered.headers.getSetCookie()) {
          const [pair = ""] = line.split(";");
          jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
        }
        const location = answered.headers.get("location");
        if (location === null) throw new Error(`The provider answered ${answered.status} ${await answered.text()}`);
        next = new URL(location, next);
        if (next.origin !== issuer) return next;
      }
      throw new Error("The provider sends in circles");
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return running;
}
