import type { CaseWriter } from '../model/ports.ts';
import { buildHistory } from '../timeline/build-history.ts';
import { inferYears } from '../timeline/years.ts';
import { inferZones } from '../timeline/zones.ts';
import { makeRuleContext } from '../rules/context.ts';
import { evaluateRules } from '../rules/evaluate.ts';
import type { Rule } from '../rules/rule.ts';
import type { Lang } from '../model/lang.ts';

/** Reconstructs the history of what was ingested, judges it by the rules, and stores both. */
export async function analyse(writer: CaseWriter, rules: readonly Rule[], lang: Lang): Promise<void> {
  writer.shiftTimes(inferYears(writer.reader()));
  writer.shiftTimes(inferZones(writer.reader()));
  const source = writer.reader();
  const { history, correct, nodeChanges } = buildHistory(source);
  writer.updateSources(nodeChanges);
  const { findings, undecided } = evaluateRules(rules, makeRuleContext({ source: writer.reader(), history, correct, lang }));
  await writer.analysis(history, findings, undecided, lang);
}
