import * as z from "zod";

/** api.md: more is a 413. */
export const MOST_FILE_BYTES = 25 * 1_048_576;
export const MOST_FILES = 50;
export const FILE_KINDS = ["screenshot", "document"] as const;

/** What a bank's clerk can open, with the bytes that such a file begins with; of text nothing is known beforehand. */
export const CONTENT_TYPES = {
  "image/png": [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  "image/jpeg": [[0xff, 0xd8, 0xff]],
  "image/webp": [[0x52, 0x49, 0x46, 0x46, -1, -1, -1, -1, 0x57, 0x45, 0x42, 0x50]],
  "application/pdf": [[0x25, 0x50, 0x44, 0x46, 0x2d]],
  "text/plain": [[]],
} as const satisfies Record<string, readonly (readonly number[])[]>;
export const ContentType = z.enum(Object.keys(CONTENT_TYPES) as (keyof typeof CONTENT_TYPES)[]);
export type ContentType = z.infer<typeof ContentType>;

/** A name as people see it: no path, nothing a file system or a header would trip over. */
export const FileName = z
  .string()
  .trim()
  .min(1)
  .max(150)
  .refine((name) => !/[\p{Cc}\p{Cf}\\/:*?"<>|]/u.test(name) && !/^\.+$/.test(name), {
    error: 'must be a file name without a path and without any of `\\ / : * ? " < > |`',
  });

/** A file as staff see it; `sha256` is of its contents in clear. */
export const EvidenceFile = z.object({
  id: z.string(),
  kind: z.enum(FILE_KINDS),
  name: z.string(),
  content_type: ContentType,
  size_bytes: z.int(),
  sha256: z.string(),
  note: z.string().nullable(),
  added_at: z.string(),
  added_by: z.string(),
  version: z.int(),
});
export type EvidenceFile = z.infer<typeof EvidenceFile>;

/** Whether bytes begin as a file of that type does. @param head at least the first 12 bytes, or all there are */
export function beginsAs(type: ContentType, head: Uint8Array): boolean {
  return CONTENT_TYPES[type].some((magic: readonly number[]) => magic.every((byte, i) => byte === -1 || head[i] === byte));
}
