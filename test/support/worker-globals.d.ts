/** What the platform calls these; Node's types have them only as imports, and the two sets of globals clash. */
type CryptoKey = import("node:crypto").webcrypto.CryptoKey;
type KVNamespace = import("@cloudflare/workers-types").KVNamespace;
type R2Bucket = import("@cloudflare/workers-types").R2Bucket;
