import { defineEnvelope } from '../envelope.ts';
import { isRecord, levelCode } from '../line.ts';
import { readRecord } from '../record-fields.ts';

/**
 * One JSON object a line, as log shippers and the command-line tools of log stores write them: the program's line in one field, its
 * time and origin in others. Upstream: fluent-bit `filter_kubernetes`, stern `--output json`, grafana/loki logcli `--output jsonl`,
 * Elasticsearch hits, Splunk's JSON export.
 */
export const jsonRecord = defineEnvelope({
  id: 'json-record',
  title: 'records of a log store or shipper, one JSON object a line',
  kind: 'host',
  samples: [
    '{"@timestamp":"2026-11-22T07:41:35.229Z","log":"body","stream":"stderr","kubernetes":{"pod_name":"etcd-m1","container_name":"etcd","host":"m1"}}',
    '{"_index":"logs","_source":{"@timestamp":"2026-11-22T07:41:35.229Z","message":"body","host":{"name":"m1"}}}',
    '{"message":"body","timestamp":"2026-11-22T07:41:35.229Z","nodeName":"m1","namespace":"kube-system","podName":"etcd-m1","containerName":"etcd"}',
    '{"labels":{"container":"etcd","pod":"etcd-m1"},"line":"body","timestamp":"2026-11-22T07:41:35.229Z"}',
    '{"preview":false,"result":{"_raw":"body","_time":"2026-11-22T07:41:35.229+0000","host":"m1"}}',
  ],
  peel(line) {
    if (line.body.charCodeAt(line.start) !== 123) return false;
    const fields = line.fields();
    const inner = fields['_source'] ?? fields['result'] ?? fields['fields'];
    const record = (isRecord(inner) ? readRecord(inner) : null) ?? readRecord(fields);
    if (record === null) return false;
    line.reset(line.body, line.start, line.end);
    if (record.at !== null) {
      line.outer = record.at;
      line.outerZoned = record.zoned;
      line.outerFine = true;
    }
    line.host = record.host ?? record.pod;
    line.ident = record.container;
    line.stream = `${record.pod ?? ''} ${record.container ?? ''}`;
    line.partial = record.partial;
    line.level = record.level === null ? 0 : levelCode(record.level);
    line.setBody(record.text);
    return true;
  },
});
