// A real OpenID provider on a port of its own, for tests: anybody signs in by typing their name, and it can be told to
// misbehave. node provider.mjs PORT APP_ORIGIN

import { createServer } from "node:http";
import { generateKeyPairSync, randomUUID } from "node:crypto";

import Provider from "oidc-provider";

const [port, app] = [Number(process.argv[2]), process.argv[3]];
const issuer = `http://127.0.0.1:${port}`;
const ours = (word) => `${app}/api/auth/oidc/thu-nghiem/${word}`;
const knobs = { wrongNonce: false, expired: false, unverified: false, methods: null };
const cookieKeys = [randomUUID()];

const newKey = () => ({
  ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }),
  kid: randomUUID(),
  use: "sig",
  alg: "RS256",
});

const claimsOf = (name) => ({
  sub: `nguoi-${name}`,
  email: `${name}@thads.test`,
  email_verified: !knobs.unverified,
  amr: knobs.methods ?? undefined,
});

const build = (key) => {
  const provider = new Provider(issuer, {
    jwks: { keys: [key] },
    cookies: { keys: cookieKeys },
    clients: [
      {
        client_id: "thads",
        client_secret: "mat-khau-cua-ung-dung-thu-nghiem-0123456789",
        redirect_uris: [ours("callback")],
        post_logout_redirect_uris: [ours("signed-out")],
        backchannel_logout_uri: ours("backchannel-logout"),
        backchannel_logout_session_required: true,
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    claims: { openid: ["sub", "amr"], email: ["email", "email_verified"] },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    ttl: { IdToken: 600, AccessToken: 600, AuthorizationCode: 60, Session: 3600, Interaction: 600, Grant: 3600 },
    // Its own guard refuses to call addresses of this machine, where the app under test is.
    fetch: (url, { dispatcher: _guard, ...options }) => globalThis.fetch(url, options),
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ ...claimsOf(id), sub: id }) }),
  });
  for (const event of ["server_error", "backchannel.error", "grant.error", "authorization.error"]) {
    provider.on(event, (...told) => console.error(event, told.find((each) => each instanceof Error)));
  }
  return provider.callback();
};

let handle = build(newKey());
const now = Date.now;

createServer((request, response) => {
  const address = new URL(request.url, issuer);
  if (address.pathname === "/control") {
    for (const [name, value] of address.searchParams) {
      if (name === "rotate") handle = build(newKey());
      else knobs[name] = JSON.parse(value);
    }
    response.end("{}");
    return;
  }
  if (knobs.wrongNonce && address.pathname === "/auth" && address.searchParams.has("nonce")) {
    address.searchParams.set("nonce", "cua-mot-lan-dang-nhap-khac");
    request.url = address.pathname + address.search;
  }
  if (knobs.expired && address.pathname === "/token") {
    // The provider's clock stands two hours ago until it has answered: it then signs a token long past its time.
    Date.now = () => now() - 7_200_000;
    response.on("finish", () => {
      Date.now = now;
    });
  }
  handle(request, response);
}).listen(port, "127.0.0.1", () => console.log("ready"));
