import type { S3Client } from "@aws-sdk/client-s3";
import { Readable } from "node:stream";
import { type AroundCall, passThrough } from "./calls.ts";

export interface ObjectHead {
  size: number;
  contentType: string | undefined;
  etag: string | undefined;
}

export interface PresignedUpload {
  url: string;
  method: "PUT";
  headers: Record<string, string>;
}

export interface Objects {
  /** Undefined where there is no such object. */
  head(key: string): Promise<ObjectHead | undefined>;
  /** The object's bytes from `start` (inclusive) to `end` (inclusive; to the end where absent), as a stream. */
  read(key: string, start?: number, end?: number): Promise<Readable>;
  /** Keys under a prefix, in order, however many. */
  list(prefix: string): AsyncIterable<string>;
  put(key: string, body: string | Uint8Array, contentType: string): Promise<void>;
  /** Uploads a stream of unknown length in parts, so that memory stays flat. Returns its size in bytes. */
  putStream(key: string, body: AsyncIterable<Uint8Array>, contentType: string): Promise<number>;
  presignPut(key: string, contentType: string, size: number, expiresSeconds: number): Promise<PresignedUpload>;
  presignGet(key: string, filename: string, expiresSeconds: number): Promise<string>;
}

/** S3 takes parts of 5 MiB or more, but for the last. */
const PART_BYTES = 8 * 1024 * 1024;

export interface ObjectsOptions {
  /** Loaded on first use: the S3 client is the heaviest of the three. */
  client: () => Promise<S3Client>;
  bucket: string;
  around?: AroundCall;
}

export function createObjects({ client, bucket, around = passThrough }: ObjectsOptions): Objects {
  const sdk = () => import("@aws-sdk/client-s3");
  const call = <T>(operation: string, next: () => Promise<T>) => around({ service: "s3", operation }, next);

  return {
    async head(key) {
      const [s3, { HeadObjectCommand }] = await Promise.all([client(), sdk()]);
      try {
        const answer = await call("HeadObject", () => s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })));
        return { size: answer.ContentLength ?? 0, contentType: answer.ContentType, etag: answer.ETag };
      } catch (error) {
        if (error instanceof Error && (error.name === "NotFound" || error.name === "NoSuchKey")) return undefined;
        throw error;
      }
    },

    async read(key, start = 0, end) {
      const [s3, { GetObjectCommand }] = await Promise.all([client(), sdk()]);
      const range = start === 0 && end === undefined ? {} : { Range: `bytes=${start}-${end ?? ""}` };
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, ...range });
      try {
        const answer = await call("GetObject", () => s3.send(command));
        return answer.Body as Readable;
      } catch (error) {
        // Going on from the very end of an object: S3 calls that range unsatisfiable, for us it is just empty.
        if (error instanceof Error && error.name === "InvalidRange") return Readable.from([]);
        throw error;
      }
    },

    async *list(prefix) {
      const [s3, { ListObjectsV2Command }] = await Promise.all([client(), sdk()]);
      let token: string | undefined;
      do {
        const page = { Bucket: bucket, Prefix: prefix, ...(token === undefined ? {} : { ContinuationToken: token }) };
        const answer = await call("ListObjectsV2", () => s3.send(new ListObjectsV2Command(page)));
        for (const { Key } of answer.Contents ?? []) if (Key !== undefined) yield Key;
        token = answer.NextContinuationToken;
      } while (token !== undefined);
    },

    async put(key, body, contentType) {
      const [s3, { PutObjectCommand }] = await Promise.all([client(), sdk()]);
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType });
      await call("PutObject", () => s3.send(command));
    },

    async putStream(key, body, contentType) {
      const [s3, aws] = await Promise.all([client(), sdk()]);
      const target = { Bucket: bucket, Key: key };
      const started = await call("CreateMultipartUpload", () =>
        s3.send(new aws.CreateMultipartUploadCommand({ ...target, ContentType: contentType })),
      );
      const upload = { ...target, UploadId: started.UploadId };
      const parts: { ETag: string | undefined; PartNumber: number }[] = [];
      let size = 0;
      try {
        for await (const part of inParts(body)) {
          const PartNumber = parts.length + 1;
          const sent = await call("UploadPart", () =>
            s3.send(new aws.UploadPartCommand({ ...upload, PartNumber, Body: part })),
          );
          parts.push({ ETag: sent.ETag, PartNumber });
          size += part.length;
        }
        const done = { ...upload, MultipartUpload: { Parts: parts } };
        await call("CompleteMultipartUpload", () => s3.send(new aws.CompleteMultipartUploadCommand(done)));
        return size;
      } catch (error) {
        // What cannot be tidied up now, the bucket's lifecycle does; the reader needs the first error.
        await call("AbortMultipartUpload", () => s3.send(new aws.AbortMultipartUploadCommand(upload))).catch(() => {});
        throw error;
      }
    },

    async presignPut(key, contentType, size, expiresSeconds) {
      const [s3, { PutObjectCommand }, { getSignedUrl }] = await Promise.all([
        client(),
        sdk(),
        import("@aws-sdk/s3-request-presigner"),
      ]);
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: contentType, ContentLength: size });
      // Signed headers bind type and length: S3 refuses another body than the one that was announced.
      const url = await getSignedUrl(s3, command, {
        expiresIn: expiresSeconds,
        signableHeaders: new Set(["content-type", "content-length"]),
      });
      return { url, method: "PUT", headers: { "content-type": contentType, "content-length": String(size) } };
    },

    async presignGet(key, filename, expiresSeconds) {
      const [s3, { GetObjectCommand }, { getSignedUrl }] = await Promise.all([
        client(),
        sdk(),
        import("@aws-sdk/s3-request-presigner"),
      ]);
      const disposition = `attachment; filename="${filename.replaceAll(/[^\w.-]/g, "_")}"`;
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, ResponseContentDisposition: disposition });
      return getSignedUrl(s3, command, { expiresIn: expiresSeconds });
    },
  };
}

/** Regroups chunks into parts; an empty stream still gives one empty part, since S3 completes no upload without one. */
async function* inParts(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  let given = 0;
  for await (const chunk of body) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(held);
    given++;
    held = [];
    bytes = 0;
  }
  if (bytes > 0 || given === 0) yield Buffer.concat(held);
}
