/** A setting that cannot be used as it stands. The message says what is wrong and what is in force until it is mended; it never quotes a secret. */
export interface SettingFault {
  readonly name: string;
  readonly message: string;
}

/** A host as origins are set and looked up by it: of a parsed URL, without the dot that may end a name and without a default port. */
export function hostKey(host: string): string {
  return host.replace(/:(?:80|443)$/, "").replace(/\.(?=:|$)/, "");
}
