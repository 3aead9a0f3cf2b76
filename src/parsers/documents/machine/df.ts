import { defineParser } from '../../contract.ts';
import { emitterFor } from '../emitter.ts';
import { binaryBytes } from '../numbers.ts';

// en, de, fr, es, zh, ja, ru
const HEADER =
  /^(?:Filesystem|Dateisystem|Sys\. de fichiers|Sist\. de fich\.?|S\.ficheros|S\.archivos|文件系统|檔案系統|ファイルシス|Файл\.система)\s.*(?:Mounted on|Eingehängt auf|Monté sur|Montado en|挂载点|掛載點|マウント位置|Cмонтировано в|Смонтировано в)/;
const ROW = /^(.*?\S)?\s+(\d+(?:[.,]\d+)?[KMGTPE]?)\s+(\d+(?:[.,]\d+)?[KMGTPE]?)\s+(-?\d+(?:[.,]\d+)?[KMGTPE]?)\s+(\d+|-)%\s+(\/.*|-)$/;

/** Bytes that a plain number in this table counts, from its header; null for inodes, which are no bytes. */
function unitOf(header: string): number | null {
  if (/Inodes|INodes|\bIUse%/i.test(header)) return null;
  const m = /(\d+)([KMG]?)(?:-|B-)?(?:blocks|Blöcke|blocs|bloques|块|ブロック|блоков)/i.exec(header);
  if (m === null) return 1024;
  return Number(m[1]) * (m[2] === '' ? 1 : 1024 ** ('KMG'.indexOf((m[2] ?? 'K').toUpperCase()) + 1));
}

/** `df`, `df -h`, `df -P`, `df -T`; a long file system name may stand on a line of its own. */
export const dfUsage = defineParser({
  kind: 'document',
  id: 'df-usage',
  title: 'df',
  keep: 'all',
  accepts: (head) => head.split('\n').some((line) => HEADER.test(line)),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'kernel' });
    let unit: number | null = null;
    let pending = '';
    for (const { text, line } of document.lines) {
      if (HEADER.test(text)) {
        unit = unitOf(text);
        pending = '';
        continue;
      }
      if (unit === null || text.trim() === '') continue;
      const m = ROW.exec(text);
      if (m === null) {
        pending = /^\S+$/.test(text.trim()) ? text.trim() : '';
        continue;
      }
      const sizeBytes = binaryBytes(m[2] ?? '', unit);
      const usedBytes = binaryBytes(m[3] ?? '', unit);
      // with -T the type stands between name and size
      const filesystem = (pending || (m[1]?.trim() ?? '')).replace(
        /\s+(?:ext[234]|xfs|btrfs|tmpfs|devtmpfs|overlay|vfat|nfs4?|squashfs|zfs|fuse\S*|efivarfs)$/,
        '',
      );
      if (sizeBytes !== null && usedBytes !== null && m[5] !== '-')
        emitter.fact('disk.usage', { filesystem, mount: m[6] ?? '', sizeBytes, usedBytes, usedPercent: Number(m[5]) }, line);
      pending = '';
    }
  },
});
