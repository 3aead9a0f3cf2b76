import { compileWhere, fieldOf, type Test } from './condition.ts';
import type { RuleFact } from './context.ts';
import { describeWhere } from './describe.ts';
import type { Lang } from '../model/lang.ts';
import type { RawSelection } from './raw.ts';
import { expectedFor, parseDuration, readValue, type Scalar } from './units.ts';
import type { FieldKind } from './vocabulary.ts';
import { COMMON_FIELDS, fieldKind, fieldsOf } from './vocabulary-derived.ts';

/** Where in the YAML document: keys and indexes from the root. */
export type Path = readonly (string | number)[];

export interface CompileMistake {
  readonly path: Path;
  /** the key itself is wrong, not its value */
  readonly target: 'key' | 'value';
  readonly expected: string;
  readonly message: string;
}

/** Facts of some types that satisfy conditions. */
export interface Selection {
  readonly types: readonly string[];
  readonly test: Test;
  /** a field by its own name or the name the selection gives it in `as` */
  field(fact: RuleFact, name: string): unknown;
  kind(name: string): FieldKind | null;
  describe(lang: Lang): string;
}

/** Turns texts of a rule file into values and collects what is wrong with them. */
export class Compiler {
  readonly mistakes: CompileMistake[] = [];

  mistake(path: Path, expected: string, message: string, target: 'key' | 'value' = 'value'): void {
    this.mistakes.push({ path, expected, message, target });
  }

  fieldsHelp(types: readonly string[]): string {
    return `one of ${[...new Set([...types.flatMap((type) => Object.keys(fieldsOf(type) ?? {})), ...Object.keys(COMMON_FIELDS)])].join(', ')}`;
  }

  duration(text: string, path: Path): number {
    const value = parseDuration(text);
    if (value === null || value < 0) this.mistake(path, expectedFor('duration'), `${JSON.stringify(text)} is not a duration`);
    return value ?? 0;
  }

  value(value: Scalar, kind: FieldKind, path: Path): Scalar | null {
    const read = readValue(value, kind);
    if (read === null) this.mistake(path, expectedFor(kind), `${JSON.stringify(value)} does not fit this field`);
    return read;
  }

  selection(raw: RawSelection, path: Path): Selection {
    const types = typeof raw.type === 'string' ? [raw.type] : [...raw.type];
    types.forEach((type, index) => {
      if (fieldsOf(type) === null)
        this.mistake(
          [...path, 'type', ...(typeof raw.type === 'string' ? [] : [index])],
          'the name of a fact (inquest rules list --facts)',
          `unknown fact "${type}"`,
        );
    });
    const known = types.filter((type) => fieldsOf(type) !== null);
    const test = known.length === 0 ? () => false : compileWhere(raw.where, known, this, [...path, 'where']);
    const aliases = raw.as ?? {};
    for (const [name, field] of Object.entries(aliases)) {
      if (known.length > 0 && fieldKind(known, field) === null) this.mistake([...path, 'as', name], this.fieldsHelp(known), `unknown field "${field}"`);
    }
    return {
      types,
      test,
      field: (fact, name) => fieldOf(fact, aliases[name] ?? name),
      kind: (name) => fieldKind(known, aliases[name] ?? name),
      describe: (lang) => `${types.join(lang === 'zh' ? ' 或 ' : ' or ')}${describeWhere(raw.where, lang)}`,
    };
  }

  /** Checks that every selection knows the fields groups are made by. */
  by(names: readonly string[] | undefined, selections: readonly Selection[], path: Path): readonly string[] {
    names?.forEach((name, index) => {
      for (const selection of selections) {
        if (selection.kind(name) === null)
          this.mistake([...path, index], this.fieldsHelp(selection.types), `"${name}" is not a field of ${selection.types.join(', ')} (name it with "as")`);
      }
    });
    return names ?? [];
  }
}
