import type { Severity } from '../model/finding.ts';
import { safeJson } from './json.ts';
import { placeOf } from './phrases.ts';
import type { Report, ReportEvidence, ReportFinding } from './types.ts';

/** SARIF levels. Upstream: SARIF 2.1.0 §3.27.10. */
const LEVEL = { critical: 'error', warning: 'warning', info: 'note' } as const satisfies Record<Severity, string>;

/** A SARIF 2.1.0 log with one run: a rule for each rule that fired, a result for each finding, damage and doubt as notifications. */
export function renderSarif(report: Report): string {
  const ruleIds = [...new Set(report.findings.map((f) => f.rule))].sort();
  return `${safeJson(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'inquest',
              version: report.generator.version,
              rules: ruleIds.map((id) => ({ id, shortDescription: { text: id }, defaultConfiguration: { level: LEVEL[severityOf(report, id)] } })),
            },
          },
          columnKind: 'utf16CodeUnits',
          artifacts: report.cited.map((c) => ({ location: { uri: uriOf(c.path) }, length: c.bytes, hashes: { 'sha-256': c.sha256 } })),
          invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications(report) }],
          results: report.findings.map((f) => result(f, ruleIds, report)),
        },
      ],
    },
    2,
  )}\n`;
}

function severityOf(report: Report, rule: string): Severity {
  return report.findings.find((f) => f.rule === rule)?.severity ?? 'info';
}

function result(f: ReportFinding, ruleIds: readonly string[], report: Report): object {
  const [first, ...rest] = f.evidence;
  return {
    ruleId: f.rule,
    ruleIndex: ruleIds.indexOf(f.rule),
    level: LEVEL[f.severity],
    message: { text: `${f.title}. ${f.summary}` },
    locations: first === undefined ? [] : [location(first, report)],
    relatedLocations: rest.map((item, i) => ({ id: i + 1, ...location(item, report) })),
    partialFingerprints: { 'inquestFinding/v1': `${f.id}|${first === undefined ? '' : placeOf(first)}` },
    properties: { finding: f.id, nodes: f.nodes, start: f.start, end: f.end, causes: f.causes, remediation: f.remediation },
  };
}

function location(item: ReportEvidence, report: Report): object {
  const snippet = { text: item.text };
  const region = item.line === null ? { byteOffset: item.offset, snippet } : { startLine: item.line, snippet };
  const index = report.cited.findIndex((c) => c.path === item.path);
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(item.path), ...(index < 0 ? {} : { index }) }, region },
    message: { text: item.why },
  };
}

/** A relative URI reference, each part of the path percent-encoded; half a surrogate pair, which can't be, becomes U+FFFD. */
function uriOf(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\ufffd')).replaceAll('%21', '!'))
    .join('/');
}

function notifications(report: Report): object[] {
  return [
    ...report.coverage.damaged.map((d) => ({
      level: 'warning',
      message: { text: `damaged: ${d.reason}` },
      locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(d.path) } } }],
    })),
    ...report.undecided.map((u) => ({ level: 'note', message: { text: `could not tell ${u.about}: ${u.because}` } })),
  ];
}
