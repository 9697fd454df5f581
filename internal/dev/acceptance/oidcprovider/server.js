// A second identity provider for the acceptance tests: what Keycloak says in
// words, this one leaves unsaid, so a diagnosis must stay honest about it.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import Provider from 'oidc-provider';

const { LAB_PORT, LAB_CERTIFICATE, LAB_KEY, LAB_SECRET, LAB_SPECIAL_SECRET } = process.env;
const issuer = `https://localhost:${LAB_PORT}`;

const client = (id, changes = {}) => ({
  client_id: id,
  client_secret: LAB_SECRET,
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  token_endpoint_auth_method: 'client_secret_basic',
  ...changes,
});
const withCode = {
  grant_types: ['client_credentials', 'authorization_code'],
  response_types: ['code'],
  redirect_uris: ['https://app.example.org/cb'],
};
const codeOnly = { ...withCode, grant_types: ['authorization_code'] };

// A public key that nobody holds the other half of.
const publicKey = {
  kty: 'EC', crv: 'P-256', use: 'sig', kid: 'lab',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
};

const clients = [
  client('lab-ok'),
  client('lab-all-flows', withCode),
  client('lab-no-grant', codeOnly),
  client('lab-post-only', { token_endpoint_auth_method: 'client_secret_post' }),
  client('lab-secret-jwt', { token_endpoint_auth_method: 'client_secret_jwt' }),
  client('lab-private-key-jwt', { token_endpoint_auth_method: 'private_key_jwt', client_secret: undefined, jwks: { keys: [publicKey] } }),
  client('lab-x509', { token_endpoint_auth_method: 'tls_client_auth', client_secret: undefined, tls_client_auth_subject_dn: 'CN=lab-client' }),
  client('lab-public', { ...codeOnly, token_endpoint_auth_method: 'none', client_secret: undefined }),
  client('lab-dpop', { dpop_bound_access_tokens: true }),
  client('lab-certificate-bound', { tls_client_certificate_bound_access_tokens: true }),
  client('lab-special', { client_secret: LAB_SPECIAL_SECRET }),
];

const provider = new Provider(issuer, {
  clients,
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'tls_client_auth', 'none'],
  scopes: ['openid', 'email', 'offline_access'],
  cookies: { keys: ['acceptance'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    dPoP: { enabled: true },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      tlsClientAuth: true,
      getCertificate: (context) => context.socket.getPeerX509Certificate?.(),
      certificateAuthorized: (context) => context.socket.authorized,
      certificateSubjectMatches: () => false,
    },
  },
});

https
  .createServer({ key: readFileSync(LAB_KEY), cert: readFileSync(LAB_CERTIFICATE), requestCert: true, rejectUnauthorized: false }, provider.callback())
  .listen(Number(LAB_PORT), '127.0.0.1');
