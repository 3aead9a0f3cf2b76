declare module 'unbzip2-stream' {
  /** Decodes synchronously inside `write` and `end`; needs Buffers. */
  export default function unbzip2Stream(): NodeJS.ReadWriteStream;
}
